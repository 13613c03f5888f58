import Foundation

@testable import Wire

/// The captures that are too large to carry, where the person has them.
enum Captures {
    static let folder = ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"]

    static func file(_ name: String) throws -> [UInt8] {
        let path = "\(folder ?? "")/wire-1/\(name)"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard name.hasSuffix(".gz") else { return Array(data) }
        var plain: [UInt8] = []
        let gunzip = Gunzip()
        Array(data).withUnsafeBytes { gunzip.read($0) { plain += $0 } }
        return plain
    }

    static let servers = [
        "127.0.0.1:6443": "cp-1", "127.0.0.1:6445": "cp-3", "127.0.0.1:8001": "cp-1",
    ]
}

/// The captures that the tests carry.
enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }
}
