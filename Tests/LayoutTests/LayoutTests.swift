import Foundation
import Testing

/// The house rules that no compiler checks: layout, arrows, sizes, words.
@Suite("The layout") struct LayoutTests {
    @Test("Package.swift has the modules of ARCHITECTURE.md, with the same arrows")
    func arrows() throws {
        let package = try Repository.text("Package.swift")
        for module in try documentedModules() where module.imports != ["all"] {
            let declared = try dependencies(of: module.name, in: package)
            #expect(
                declared.subtracting(module.imports).isEmpty,
                "\(module.name) imports more than ARCHITECTURE.md says")
        }
    }

    @Test("every module in Sources is in Package.swift, and the other way round")
    func modules() throws {
        let package = try Repository.text("Package.swift")
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "Sources").path)
        for folder in folders { #expect(package.contains("name: \"\(folder)\"")) }
    }

    @Test("the top level holds what it must and nothing else")
    func topLevel() throws {
        let allowed: Set<String> = [
            "Package.swift", "Sources", "Tests", "captures", "queries", "README.md", "Makefile",
            "LICENSE", "ARCHITECTURE.md", "CHANGELOG.md",
        ]
        let found = try Repository.trackedFiles().map { $0.split(separator: "/")[0] }
            .filter { !$0.hasPrefix(".") }
        #expect(Set(found.map(String.init)).subtracting(allowed).isEmpty)
    }

    @Test("no source file is longer than 500 lines, tables aside")
    func fileLength() throws {
        for file in try Repository.swiftFiles() where !isTable(file) {
            let lines = try Repository.text(file).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count
            #expect(lines <= 500, "\(file) has \(lines) lines")
        }
    }

    @Test("pure modules know no Foundation, no file and no clock")
    func purity() throws {
        let pure = [
            "Bytes", "KubeAPI", "Wire", "AuditLog", "ControlPlane", "Replay", "Findings", "Output",
            "Report", "Arguments",
        ]
        let banned = ["import Foundation", "import Glibc", "print(", "ContinuousClock", ".random("]
        for file in try Repository.swiftFiles()
        where pure.contains(where: { file.hasPrefix("Sources/\($0)/") }) {
            let text = try Repository.text(file)
            for word in banned { #expect(!text.contains(word), "\(file) says \(word)") }
        }
    }

    @Test("no file uses a banned word")
    func words() throws {
        let banned = [
            "try!", "as!", "fatalError(", "Manager {", "Utils {", "Helper {", "TODO", "FIXME",
        ]
        for file in try Repository.swiftFiles() where !file.contains("LayoutTests") {
            let text = try Repository.text(file)
            for word in banned { #expect(!text.contains(word), "\(file) says \(word)") }
        }
    }

    @Test("what differs by release stands with the traits of releases, and nowhere as a number")
    func releases() throws {
        for file in try Repository.swiftFiles()
        where file.hasPrefix("Sources/") && !file.contains("/KubeAPI/Release") && !isTable(file) {
            let text = try Repository.text(file)
            for word in [".minor", "Release(minor"] {
                #expect(!text.contains(word), "\(file) says \(word)")
            }
        }
    }

    @Test("every capture tells its story")
    func captures() throws {
        let files = try Repository.trackedFiles().filter { $0.hasPrefix("captures/") }
        let folders = Set(
            files.filter { $0.split(separator: "/").count > 2 }.map { $0.split(separator: "/")[1] })
        for folder in folders { #expect(files.contains("captures/\(folder)/CASE.md")) }
    }

    private func isTable(_ file: String) -> Bool {
        file.contains("Table") || file.contains("Embedded")
    }

    private func documentedModules() throws -> [(name: String, imports: Set<String>)] {
        let rows = try Repository.text("ARCHITECTURE.md").split(separator: "\n").filter {
            $0.hasPrefix("| `")
        }
        return rows.map { row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let imports = cells[2].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return (cells[0].replacingOccurrences(of: "`", with: ""), Set(imports))
        }
    }

    private func dependencies(of module: String, in package: String) throws -> Set<String> {
        let start = try #require(
            package.range(of: "arget(\n            name: \"\(module)\"")
                ?? package.range(of: "arget(name: \"\(module)\""))
        let rest = package[start.upperBound...]
        let end = rest.range(of: "arget(")?.lowerBound ?? rest.endIndex
        guard let list = rest[..<end].range(of: "dependencies: [") else { return [] }
        let names = rest[list.upperBound..<end].prefix { $0 != "]" }
        let quoted = String(names).components(separatedBy: "\"").enumerated()
        return Set(quoted.filter { $0.offset % 2 == 1 }.map { $0.element })
    }
}

/// The checkout that the tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

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
    }

    static func swiftFiles() throws -> [String] {
        try trackedFiles().filter {
            $0.hasSuffix(".swift") && ($0.hasPrefix("Sources/") || $0.hasPrefix("Tests/"))
        }.filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
    }
}
