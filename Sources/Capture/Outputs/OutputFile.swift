import Glibc

/// Why a file cannot be written.
public enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
    case failed(path: String, reason: String)
    /// Writing would destroy what is being read.
    case isInput(path: String, input: String)

    public var description: String {
        switch self {
        case .failed(let path, let reason): "cannot write \(path): \(reason)"
        case .isInput(let path, let input):
            path == input
                ? "\(path) is being read and would be destroyed; write to another file"
                : "\(path) is \(input), which is being read and would be destroyed; write to "
                    + "another file"
        }
    }
}

/// The one door through which a verb writes a file: whole or not at all, and never onto an input.
///
/// The bytes go into a draft beside the file, which takes its place with `commit`; before that
/// whatever was there is untouched. Only the owner may read it: reports name users and objects, and
/// packet files hold keys. What is no plain file, such as a pipe, is written to as it is.
public final class OutputFile {
    public let path: String
    /// Empty where the file itself is written to.
    private let draft: String
    private let target: String
    private var descriptor: CInt

    /// Opens an output; `inputs` are the files that the verb reads, the recording among them.
    public init(_ path: String, reading inputs: [String]) throws(OutputError) {
        for input in inputs where FilePlace(path).isSame(as: FilePlace(input)) {
            throw .isInput(path: path, input: input)
        }
        self.path = path
        // A link stays one: the file that it names is replaced.
        target = resolved(path) ?? path
        var status = stat()
        let isOther = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        draft = isOther ? "" : "\(target).\(getpid()).part"
        descriptor =
            isOther
            ? open(path, O_WRONLY | O_CLOEXEC)
            : open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed(path: path, reason: String(cString: strerror(errno)))
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !draft.isEmpty { unlink(draft) }
    }

    /// The draft as a path, for what writes by itself; nil where the file itself is written to.
    public var draftPath: String? { draft.isEmpty ? nil : draft }

    public func write(_ bytes: [UInt8]) throws(OutputError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno != EINTR { throw failure(errno) }
            if count > 0 { done += count }
        }
    }

    /// Puts what was written in the file's place.
    public func commit() throws(OutputError) {
        let closed = close(descriptor) == 0
        let reason = errno
        descriptor = -1
        guard !draft.isEmpty else {
            if !closed { throw failure(reason) }
            return
        }
        guard closed, rename(draft, target) == 0 else {
            let why = closed ? errno : reason
            unlink(draft)
            throw failure(why)
        }
    }

    private func failure(_ code: CInt) -> OutputError {
        .failed(path: path, reason: String(cString: strerror(code)))
    }
}

/// Where a path leads, links followed; nil where nothing is there.
private func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// What a path names, whatever it is written like: a file, or a name in a folder.
struct FilePlace: Equatable {
    private var identity: FileIdentity?
    private var folder: FileIdentity?
    private var name = ""

    init(_ path: String) {
        identity = FileIdentity(path)
        let slash = path.lastIndex(of: "/")
        folder = FileIdentity(
            slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
        name = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
    }

    /// Whether writing to one would be seen in the other.
    func isSame(as other: FilePlace) -> Bool {
        if let identity, let another = other.identity { return identity == another }
        guard identity == nil, other.identity == nil, let folder, let another = other.folder
        else { return false }
        return folder == another && name == other.name
    }
}

/// A file as the system knows it: links to it have the same.
struct FileIdentity: Hashable {
    private var device: UInt
    private var file: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        file = UInt(status.st_ino)
    }

    /// Nil where nothing is there.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
