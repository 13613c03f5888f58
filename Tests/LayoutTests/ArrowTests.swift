import Foundation
import Testing

/// The modules: `Package.swift`, the table of ARCHITECTURE.md and the folders say the same.
@Suite("The modules") struct ArrowTests {
    private struct Target {
        var name: String
        var imports: Set<String>
        var isDoor: Bool
    }

    @Test("are the same in Package.swift, in ARCHITECTURE.md and in Sources")
    func names() throws {
        let targets = try targets()
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "Sources").path)
        #expect(Set(targets.map(\.name)) == Set(folders), "targets and folders of Sources")
        let modules = targets.filter { !$0.isDoor }.map(\.name)
        #expect(Set(modules) == Set(try documentedModules().keys), "targets and the table")
        let doors = targets.filter(\.isDoor).map(\.name)
        #expect(Set(doors) == Set(try documentedDoors()), "targets and the paragraph on doors")
    }

    @Test("import in Package.swift exactly what ARCHITECTURE.md lets them")
    func arrows() throws {
        let targets = try targets()
        let all = Set(targets.filter { !$0.isDoor }.map(\.name))
        for (module, cell) in try documentedModules() {
            let target = try #require(targets.first { $0.name == module })
            let allowed = allowed(cell, all: all.subtracting([module]))
            let more = target.imports.subtracting(allowed).sorted()
            #expect(more.isEmpty, "\(module) imports \(more), which ARCHITECTURE.md does not say")
            let fewer = allowed.subtracting(target.imports).sorted()
            #expect(fewer.isEmpty, "\(module) does not import \(fewer), as ARCHITECTURE.md says")
        }
    }

    @Test("use every module that they may import")
    func used() throws {
        for target in try targets() where !target.isDoor {
            let lines = Repository.product.filter { $0.module == target.name }.flatMap(\.code)
            for name in target.imports {
                #expect(
                    lines.contains { $0.hasSuffix("import \(name)") },
                    "no file of \(target.name) imports \(name): take it out of Package.swift")
            }
        }
    }

    @Test("are read in four files, each the main flow alone")
    func readingList() throws {
        let text = try Repository.text("ARCHITECTURE.md")
        let list = try #require(text.split(separator: "\n").first { $0.hasPrefix("A newcomer") })
        let files = list.split(separator: "`").map(String.init).filter { $0.hasSuffix(".swift") }
        #expect(
            files == [
                "Package.swift", "Sources/Capture/Capture.swift",
                "Sources/ControlPlane/RoutingTable.swift", "Sources/Replay/Replay.swift",
                "Sources/Analysis/Run.swift",
            ])
        for file in files.dropFirst() {
            let source = try #require(Repository.product.first { $0.path == file })
            #expect(source.code.count <= 300, "\(file) is no longer the main flow alone")
        }
    }

    /// The targets of `Sources`; those with a path of their own are tools of the tests.
    private func targets() throws -> [Target] {
        let package = try Repository.text("Package.swift")
        let parts = package.components(separatedBy: "\n        .").filter {
            $0.hasPrefix("target(") || $0.hasPrefix("executableTarget(")
                || $0.hasPrefix("systemLibrary(")
        }
        return parts.filter { !$0.contains("path: \"Tests/") }.compactMap { part in
            guard let name = quoted(part, behind: "name: ").first else { return nil }
            let isDoor = name.prefixMatch(of: /C[A-Z]/) != nil
            return Target(
                name: name, imports: Set(quoted(part, behind: "dependencies: [")), isDoor: isDoor)
        }
    }

    /// The texts in quotes behind a word, up to the bracket that closes the list.
    private func quoted(_ text: String, behind word: String) -> [String] {
        guard let start = text.range(of: word)?.upperBound else { return [] }
        let rest = text[start...].prefix { $0 != "]" && (word.hasSuffix("[") || $0 != ",") }
        let parts = rest.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The last cell of each row of the table by module.
    private func documentedModules() throws -> [String: String] {
        let rows = try Repository.text("ARCHITECTURE.md").split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let cells = row.split(separator: "|")
                    .map { $0.trimmingCharacters(in: .whitespaces) }
                return (cells[0].replacing("`", with: ""), cells.last ?? "")
            })
    }

    /// `all`, `all but A, B`, or the names alone.
    private func allowed(_ cell: String, all: Set<String>) -> Set<String> {
        let names = Set(SwiftSource.identifiers(cell)).subtracting(["all", "but"])
        return cell.hasPrefix("all") ? all.subtracting(names) : names
    }

    private func documentedDoors() throws -> [String] {
        let text = try Repository.text("ARCHITECTURE.md")
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Doors are") })
        return line.matches(of: /`(C[A-Z]\w*)`/).map { String($0.1) }
    }
}
