import Foundation

/// The checkout that the tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// What git knows and the checkout has.
    static func trackedFiles() throws -> [String] {
        let git = Process()
        let pipe = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files"]
        git.standardOutput = pipe
        try git.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
    }

    static func swiftFiles() throws -> [String] {
        try trackedFiles().filter {
            $0.hasSuffix(".swift") && ($0.hasPrefix("Sources/") || $0.hasPrefix("Tests/"))
        }
    }

    static func isGenerated(_ file: String) -> Bool { file.contains("/Generated/") }

    /// Every Swift file of `Sources` and `Tests`, taken apart once.
    static let sources: [SwiftSource] = {
        let files = (try? swiftFiles()) ?? []
        return files.compactMap { path in
            (try? text(path)).map { SwiftSource(path: path, text: $0) }
        }
    }()

    /// The files of the product itself.
    static let product = sources.filter { $0.path.hasPrefix("Sources/") }
}
