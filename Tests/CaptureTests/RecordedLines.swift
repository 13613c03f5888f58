import Glibc
import SQLiteKit
import Testing

/// The lines of one server's recorded log, unpacked once for all tests that cut it.
struct RecordedLines: Sendable {
    let server: String
    private let bytes: [UInt8]
    let lines: [Range<Int>]
    /// When each line's request was received, as the line spells it.
    private let instants: [String]

    /// The logs of a folder's servers.
    static func all(in folder: String) throws -> [RecordedLines] {
        try files(in: folder).filter { $0.hasPrefix("audit-") }.map {
            try RecordedLines(folder, $0)
        }
    }

    private init(_ folder: String, _ log: String) throws {
        server = String(log.dropFirst(6).prefix { $0 != "." })
        let unpacked = "zcat '\(folder)/\(log)'"
        bytes = try output(of: unpacked)
        lines = endedByNewlines(bytes)
        // A debug build would take a second for a search of its own.
        let key = #""requestReceivedTimestamp":""#
        let found = try output(of: "\(unpacked) | LC_ALL=C grep -o '\(key)[^\"]*'")
        instants = endedByNewlines(found).map {
            String(decoding: found[$0].dropFirst(key.utf8.count), as: UTF8.self)
        }
        try #require(instants.count == lines.count, "\(log) is not one record a line")
    }

    subscript(line: Int) -> ArraySlice<UInt8> { bytes[lines[line]] }

    func instant(_ line: Int) -> String { instants[line] }

    /// So many lines of requests that were received from an instant on.
    func lines(from instant: String, count: Int) -> Range<Int> {
        let first = instants.firstIndex { $0 >= instant } ?? lines.count
        return first..<min(first + count, lines.count)
    }
}

private func output(of command: String) throws -> [UInt8] {
    guard let pipe = popen(command, "r") else { throw SQLiteError(code: 14, message: command) }
    defer { pclose(pipe) }
    return contents(of: pipe)
}

private func endedByNewlines(_ bytes: [UInt8]) -> [Range<Int>] {
    bytes.withUnsafeBytes { all in
        var lines: [Range<Int>] = []
        var start = 0
        while start < all.count, let base = all.baseAddress,
            let end = memchr(base + start, 10, all.count - start)
        {
            lines.append(start..<base.distance(to: end))
            start = base.distance(to: end) + 1
        }
        return lines
    }
}
