import Foundation
import Testing

/// The house rules that no compiler checks: layout, sizes, words.
@Suite("The layout") struct LayoutTests {
    @Test("the top level holds what it must and nothing else")
    func topLevel() throws {
        let allowed: Set<String> = [
            "Package.swift", "Sources", "Tests", "captures", "queries", "README.md", "Makefile",
            "LICENSE", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
            "LIMITS.md", "docs", "packaging", "spark",
        ]
        let found = try Repository.trackedFiles().map { $0.split(separator: "/")[0] }
            .filter { !$0.hasPrefix(".") }
        #expect(Set(found.map(String.init)).subtracting(allowed).isEmpty)
    }

    @Test("no source file is longer than 500 lines, generated ones aside")
    func fileLength() throws {
        for file in try Repository.swiftFiles() where !Repository.isGenerated(file) {
            let lines = try Repository.text(file).split(
                separator: "\n", omittingEmptySubsequences: false
            ).count
            #expect(lines <= 500, "\(file) has \(lines) lines")
        }
    }

    @Test("no module has more than 8,000 lines")
    func moduleLength() throws {
        var lines: [Substring: Int] = [:]
        for file in try Repository.swiftFiles()
        where file.hasPrefix("Sources/") && !Repository.isGenerated(file) {
            let module = file.split(separator: "/")[1]
            lines[module, default: 0] += try Repository.text(file).count { $0 == "\n" }
        }
        for (module, count) in lines { #expect(count <= 8_000, "\(module) has \(count) lines") }
    }

    @Test("pure modules know no Foundation, no file and no clock")
    func purity() throws {
        let pure = [
            "Bytes", "KubeAPI", "Judgments", "Wire", "AuditLog", "ControlPlane", "Configuration",
            "Replay",
            "Findings", "Planning", "Output", "Report", "Arguments",
        ]
        let banned = ["import Foundation", "import Glibc", "print(", "ContinuousClock", ".random("]
        for file in try Repository.swiftFiles()
        where pure.contains(where: { file.hasPrefix("Sources/\($0)/") }) {
            let text = try Repository.text(file)
            for word in banned { #expect(!text.contains(word), "\(file) says \(word)") }
        }
    }

    @Test("the command and the shell of the way out hold no SQL: a user's queries aside")
    func whereSQLStands() throws {
        let statement = try Regex(
            #"(^|")\s*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|PRAGMA) [a-zA-Z*(]"#
        )
        .anchorsMatchLineEndings()
        for file in try Repository.swiftFiles()
        where file.hasPrefix("Sources/kubeskew/") || file.hasPrefix("Sources/Analysis/") {
            guard !Repository.isGenerated(file) else { continue }
            let text = try Repository.text(file)
            #expect(!text.contains("import SQLiteKit"), "\(file) opens SQLite itself")
            for line in text.split(separator: "\n")
            where !line.contains("-e ") && !line.contains("//") {
                #expect(line.firstMatch(of: statement) == nil, "\(file) says: \(line)")
            }
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
        where file.hasPrefix("Sources/") && !file.contains("/KubeAPI/Release")
            && !Repository.isGenerated(file)
        {
            let text = try Repository.text(file)
            for word in [".minor", "Release(minor"] {
                #expect(!text.contains(word), "\(file) says \(word)")
            }
        }
    }

    @Test("a new release touches what CONTRIBUTING.md lists for one, and nothing else")
    func newRelease() throws {
        let page = try Repository.text("CONTRIBUTING.md")
        let start = try #require(page.range(of: "### A release of Kubernetes"))
        let end = try #require(page[start.upperBound...].range(of: "\n### "))
        let listed = page[start.upperBound..<end.lowerBound].matches(of: /`([A-Za-z0-9\/.-]+)`/)
            .map { String($0.1) }
        let traits = try Repository.text("Sources/KubeAPI/ReleaseTraits.swift")
        let range = /Release\(minor: 28\)\.\.\.Release\(minor: (\d+)\)/
        let known = try #require(traits.firstMatch(of: range))
        let newest = String(known.1)
        let files = try Repository.trackedFiles().filter { file in
            ["Sources/", "Tests/", "queries/"].contains { file.hasPrefix($0) }
                && [".swift", ".tsv", ".sql", ".json", ".py"].contains { file.hasSuffix($0) }
                && !Repository.isGenerated(file)
                && !listed.contains { file == $0 || file.hasPrefix($0 + "/") }
        }
        #expect(files.count > 300 && listed.count > 5)
        // The end of a range of releases, as a number, as words, or as a bound.
        let bound = try Regex(#"(\.\.[.<]|to 1\.|-1\.|minor: )\#(newest)\b"#)
        for file in files {
            let found = try Repository.text(file).firstMatch(of: bound).map { "\($0.0)" }
            #expect(
                found == nil, "\(file) says \(found ?? ""): ask Release.known, or list the file")
        }
    }

    @Test("every kind of finding has a place wherever kinds are listed")
    func kinds() throws {
        let declared = try Repository.product.first {
            $0.declarations.contains { $0.name == "Finding" && $0.sort == .type }
        }.map { try Repository.text($0.path) }
        let list = try #require(declared?.range(of: "enum Kind"))
        let kinds = try #require(declared?[list.upperBound...].prefix { $0 != "}" }).matches(
            of: /case \w+(?: = "([a-z0-9-]+)")/
        )
        .map { String($0.1) }
        #expect(kinds.contains("wrong-gc"))
        for list in ["docs/findings.md"] {
            let text = try Repository.text(list)
            for kind in kinds { #expect(text.contains("`\(kind)`"), "\(list) lacks \(kind)") }
        }
    }

    @Test("every capture tells its story")
    func captures() throws {
        let files = try Repository.trackedFiles().filter { $0.hasPrefix("captures/") }
        let folders = Set(
            files.filter { $0.split(separator: "/").count > 2 }.map { $0.split(separator: "/")[1] })
        for folder in folders { #expect(files.contains("captures/\(folder)/CASE.md")) }
    }

    @Test("what is generated is what `make generate` writes, and nothing else is")
    func generated() throws {
        let fresh = FileManager.default.temporaryDirectory.appending(path: "kubeskew-generated")
            .appending(path: "\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: fresh) }
        let generator = try Process.run(
            Repository.root.appending(path: ".ci/generate"), arguments: [fresh.path])
        generator.waitUntilExit()
        #expect(generator.terminationStatus == 0)
        let written =
            FileManager.default.enumerator(atPath: fresh.path)?.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") } ?? []
        #expect(Set(written) == Set(try Repository.swiftFiles().filter(Repository.isGenerated)))
        for file in written {
            let text = try String(contentsOf: fresh.appending(path: file), encoding: .utf8)
            #expect(
                try text == Repository.text(file), "\(file) is out of step: run `make generate`")
        }
    }
}
