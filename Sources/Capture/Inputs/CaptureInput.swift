import AuditLog
import Glibc

/// One input of the command line: a path, and the server that wrote it where the user says so.
public struct CaptureInput: Sendable, Equatable {
    /// A file, a folder, or `-` for standard input.
    public var path: String
    public var server: String?
    /// What the recording remembers instead of the path: where a copy was fetched from.
    public var name: String?
    /// The cluster that it is of; nil where that is said of all inputs.
    public var cluster: String?

    public init(
        path: String, server: String? = nil, name: String? = nil, cluster: String? = nil
    ) {
        self.path = path
        self.cluster = cluster
        self.server = server
        self.name = name
    }

    /// As the command line has it.
    var word: String { server.map { "\($0)=\(name ?? path)" } ?? name ?? path }

    /// Reads `SERVER=PATH` or a path.
    ///
    /// A path with a `=` in it is one if there is such a file, or if a `/` comes before the `=`.
    public init(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isPath =
            parts.count == 1 || parts[0].isEmpty || parts[0].contains("/")
            || (access(word, F_OK) == 0 && access(String(parts[1]), F_OK) != 0)
        self.init(
            path: isPath ? word : String(parts[1]), server: isPath ? nil : String(parts[0]))
    }
}

extension [CaptureInput] {
    /// Those of each cluster, in the order in which clusters come first.
    func byCluster(otherwise name: String) -> [(cluster: String, inputs: [CaptureInput])] {
        var groups: [(cluster: String, inputs: [CaptureInput])] = []
        for input in self {
            let cluster = input.cluster ?? name
            if let group = groups.firstIndex(where: { $0.cluster == cluster }) {
                groups[group].inputs.append(input)
            } else {
                groups.append((cluster, [input]))
            }
        }
        return groups
    }
}

/// A file to be read, found from an input.
struct FoundFile: Sendable, Equatable {
    var path: String
    /// The server that the user named; nil where path and content have to tell.
    var server: String?
    /// Bytes on the disk; 0 for a stream.
    var size: Int
    /// What it is called in the recording; nil where that is its path.
    var given: String?

    var name: String { given ?? (path == "-" ? "stdin" : path) }
}

extension FoundFile {
    /// With the folder that it was found in called something else.
    fileprivate func called(_ name: String?, insteadOf folder: String) -> FoundFile {
        guard let name else { return self }
        var file = self
        file.given = name + path.dropFirst(folder.count)
        return file
    }
}

/// The files of all inputs in the order of the command line; within a folder by name.
///
/// A named file is taken whatever it is called; in a folder only what may be a log is, and never
/// the recording itself, which may well lie beside the logs.
func findFiles(
    _ inputs: [CaptureInput], except recording: String
) throws(CaptureError) -> [FoundFile] {
    var found: [FoundFile] = []
    let own = FileIdentity(recording)
    for input in inputs {
        if input.path == "-" {
            found.append(
                FoundFile(path: "-", server: input.server, size: 0, given: input.name))
            continue
        }
        var status = stat()
        guard stat(input.path, &status) == 0 else {
            throw .input(path: input.path, reason: String(cString: strerror(errno)))
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            var walk = FolderWalk(own: own)
            try walk.add(input.path, input.server)
            found += walk.found.map { $0.called(input.name, insteadOf: input.path) }
            continue
        }
        guard access(input.path, R_OK) == 0 else {
            throw .input(path: input.path, reason: String(cString: strerror(errno)))
        }
        guard own == nil || FileIdentity(input.path) != own else {
            throw .input(path: input.path, reason: "this is the recording itself")
        }
        let size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
        found.append(
            FoundFile(path: input.path, server: input.server, size: size, given: input.name))
    }
    guard !found.isEmpty else { throw .nothingToRead(paths: inputs.map(\.path)) }
    return found
}

/// Gathers the files below folders, each folder once: links may lead back, and to many places.
private struct FolderWalk {
    let own: FileIdentity?
    private var visited: Set<FileIdentity> = []
    private(set) var found: [FoundFile] = []

    init(own: FileIdentity?) { self.own = own }

    mutating func add(_ folder: String, _ server: String?) throws(CaptureError) {
        guard let place = FileIdentity(folder), visited.insert(place).inserted else { return }
        guard let names = entries(of: folder) else {
            throw .input(path: folder, reason: String(cString: strerror(errno)))
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else {
                // A name that is no UTF-8 cannot be opened, and that is said. Otherwise a link to
                // nowhere, or a file that has just been rotated away.
                if name.unicodeScalars.contains("\u{FFFD}"), mayBeLog(path) {
                    found.append(FoundFile(path: path, server: server, size: 0))
                }
                continue
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try add(path, server)
            } else if status.st_mode & S_IFMT == S_IFREG, mayBeLog(path),
                FileIdentity(status) != own
            {
                found.append(FoundFile(path: path, server: server, size: Int(status.st_size)))
            }
        }
    }
}

/// Endings of files that lie beside logs in folders and archives and are none.
private let otherEndings: Set<String> = [
    "md", "yaml", "yml", "html", "htm", "pcap", "pcapng", "cap", "db", "sqlite", "db-wal", "db-shm",
    "db-journal", "sh", "py", "sql", "pem", "crt", "key", "pdf", "png", "svg", "sum", "sha256",
]

/// Whether a file in a folder or an archive may hold audit records, going by its name.
func mayBeLog(_ path: String) -> Bool {
    if ServerFromPath.isBeside(path: path) { return false }
    var name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    for packing in [".gz", ".zst", ".xz", ".bz2", ".lz4"] where name.hasSuffix(packing) {
        name.removeLast(packing.count)
    }
    guard let dot = name.lastIndex(of: ".") else { return true }
    return !otherEndings.contains(String(name[name.index(after: dot)...]))
}

private func entries(of folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
