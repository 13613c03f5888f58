import Foundation
import Testing

/// Runs the built command in a folder of its own, as a person would.
struct CommandFolder: ~Copyable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory
        path = base.appendingPathComponent("kubeskew-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Runs `kubeskew` with these words; the environment is empty but for what is given.
    func run(_ words: String..., environment: [String: String] = [:]) throws -> CommandResult {
        try run(executable: kubeskewBinary, words: words, environment: environment)
    }

    func run(words: [String]) throws -> CommandResult {
        try run(executable: kubeskewBinary, words: words, environment: [:])
    }

    /// Runs a line of bash in which `kubeskew` is the built command.
    func shell(_ line: String, environment: [String: String] = [:]) throws -> CommandResult {
        let script = "kubeskew() { '\(kubeskewBinary)' \"$@\"; }\n\(line)"
        return try run(
            executable: "/bin/bash", words: ["-c", script], environment: environment)
    }

    private func run(
        executable: String, words: [String], environment: [String: String]
    ) throws -> CommandResult {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = try scratchFile("stdout")
        let errors = try scratchFile("stderr")
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        let signalled = process.terminationReason == .uncaughtSignal
        return CommandResult(
            command: ([executable] + words).joined(separator: " "),
            status: signalled ? -process.terminationStatus : process.terminationStatus,
            output: try text("stdout"), errors: try text("stderr"))
    }

    // Files instead of pipes: nothing blocks however much is written.
    private func scratchFile(_ name: String) throws -> FileHandle {
        let file = "\(path).\(name)"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    }

    private func text(_ name: String) throws -> String {
        let file = "\(path).\(name)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    }
}

/// What a command left behind; as a string, everything one needs to see why a test failed.
struct CommandResult: CustomStringConvertible {
    let command: String
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }

    var description: String {
        "$ \(command)\nexit status \(status)\n--- stdout\n\(output)\n--- stderr\n\(errors)"
    }
}

/// The root of the package, from where this file stands in it.
let packageRoot: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()

/// `KUBESKEW_BINARY`, or what `swift build` made last.
let kubeskewBinary: String =
    ProcessInfo.processInfo.environment["KUBESKEW_BINARY"]
    ?? "\(packageRoot)/.build/debug/kubeskew"
