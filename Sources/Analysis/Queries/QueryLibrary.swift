import Bytes
import Arguments
import Glibc

/// The queries at hand: those of the working folder, those installed with the tool, and those
/// compiled in; the first of a name wins, so that a team can replace one.
public struct QueryLibrary: Sendable {
    public struct Entry: Sendable {
        /// `topic/name`.
        public let name: String
        /// The file, or `built in`.
        public let origin: String
        public let text: String
    }

    /// Sorted by name.
    public let entries: [Entry]

    /// - Parameter folders: folders that hold `topic/name.sql`, the most important first.
    init(folders: [String], builtIn: [(name: String, text: String)]) {
        var found: [String: Entry] = [:]
        for folder in folders {
            for entry in entriesOfFolder(folder) where found[entry.name] == nil {
                found[entry.name] = entry
            }
        }
        for (name, text) in builtIn where found[name] == nil {
            found[name] = Entry(name: name, origin: "built in", text: text)
        }
        entries = found.values.sorted { $0.name < $1.name }
    }

    /// The library of a running tool.
    public static func current() -> QueryLibrary {
        var folders = ["queries"]
        if let tool = executableFolder() {
            folders += ["\(tool)/queries", "\(tool)/../share/kubeskew/queries"]
        }
        return QueryLibrary(folders: folders, builtIn: embeddedQueries)
    }

    /// The query of a whole name, or of its last part where only one has it.
    public func query(_ name: String) throws -> Entry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        let sameEnd = entries.filter { $0.name.hasSuffix("/\(name)") }
        if sameEnd.count == 1 { return sameEnd[0] }
        if sameEnd.count > 1 {
            let names = sameEnd.map(\.name).joined(separator: ", ")
            throw UsageError(
                "more than one query is called '\(name)': \(names)", hint: QueryLibrary.listHint)
        }
        let ends = entries.map { entry in
            entry.name.split(separator: "/").last.map(String.init) ?? entry.name
        }
        let meant = nearestName(to: name, among: entries.map(\.name) + ends)
        let question = meant.map { "; did you mean \($0)?" } ?? ""
        throw UsageError("there is no query '\(name)'\(question)", hint: QueryLibrary.listHint)
    }

    public static let listHint = "Run 'kubeskew query --list' for all queries."
}

/// `<folder>/<topic>/<name>.sql`, two levels and no more: a stray folder is not searched.
private func entriesOfFolder(_ folder: String) -> [QueryLibrary.Entry] {
    var entries: [QueryLibrary.Entry] = []
    for topic in names(in: folder) {
        for file in names(in: "\(folder)/\(topic)") where file.hasSuffix(".sql") {
            let path = "\(folder)/\(topic)/\(file)"
            guard let text = try? readText(path) else { continue }
            entries.append(
                .init(name: "\(topic)/\(file.dropLast(4))", origin: path, text: text))
        }
    }
    return entries
}

private func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// The folder of the running program, links followed.
public func executableFolder() -> String? {
    guard let path = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(path) }
    let text = String(cString: path)
    return text.lastIndex(of: "/").map { String(text[..<$0]) }
}

/// Nobody writes longer SQL.
private let longestQuery = 1 << 20

/// A whole small file as text.
public func readText(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw Failure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: longestQuery + 1)
    var count = 0
    while count < bytes.count {
        let read = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { Glibc.read(descriptor, $0 + count, buffer.count - count) } ?? 0
        }
        if read < 0 { throw Failure("cannot read \(path): \(String(cString: strerror(errno)))") }
        if read == 0 { break }
        count += read
    }
    guard count <= longestQuery else {
        throw Failure("\(path) is larger than \(byteText(longestQuery))")
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
}
