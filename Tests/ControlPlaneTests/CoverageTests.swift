import Foundation
import Testing

/// Every case of the routing model is a test that carries its id, or is left out with a reason.
@Suite("The cases") struct CoverageTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The ids of the cases: one word each, `#` starts a remark.
    private static func cases() throws -> [String] {
        let file = tests.appending(path: "ControlPlaneTests/Fixtures/case-ids.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.flatMap { $0.split(separator: " ").map(String.init) }
    }

    /// The words of every string literal in the tests of the model that looks like an id.
    ///
    /// A test of a part of the reference that the oracle does not run holds nothing.
    private static func carried() throws -> Set<String> {
        var words: Set<String> = []
        let idle = try Self.idle()
        for folder in ["ControlPlaneTests", "KubeAPITests"] {
            let files = FileManager.default.enumerator(
                at: tests.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
                if file.lastPathComponent == "LeftOut.swift" { continue }
                let source = try String(contentsOf: file, encoding: .utf8)
                for test in source.split(separator: "@Test")
                where idle.isDisjoint(with: Self.words(of: String(test))) {
                    words.formUnion(ids(in: "@Test" + test))
                }
            }
        }
        return words
    }

    /// The types of the reference that no other part of it names: only tests of their own use them.
    private static func idle() throws -> Set<String> {
        let folder = tests.appending(path: "ControlPlaneTests/Reference")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        let sources = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        let parts = sources.map { (text: $0, words: words(of: $0)) }
        var idle: Set<String> = []
        for (index, part) in parts.enumerated() {
            let types = part.text.matches(of: /public (?:final )?(?:struct|class|enum) (\w+)/)
            for name in types.map({ String($0.1) }) {
                let users = parts.enumerated().filter { $0.element.words.contains(name) }
                if users.allSatisfy({ $0.offset == index }) { idle.insert(name) }
            }
        }
        return idle
    }

    /// Without those of remarks.
    private static func words(of source: String) -> Set<String> {
        var words: Set<String> = []
        let lines: [Substring] = source.split(separator: "\n")
        for line in lines where !line.drop(while: \.isBlank).isRemark {
            for word in line.matches(of: /\w+/) { words.insert(String(word.0)) }
        }
        return words
    }

    static func ids(in source: String) -> Set<String> {
        var found: Set<String> = []
        for line in source.split(separator: "\n") where !line.drop(while: \.isBlank).isRemark {
            for literal in line.matches(of: /"([^"]*)"/) {
                for id in literal.1.matches(of: /\b[A-Z]\d+\b/) { found.insert(String(id.0)) }
            }
        }
        return found
    }

    @Test("of upstream and those derived from it are tests, each with its id")
    func covered() throws {
        let cases = try Self.cases()
        let carried = try Self.carried()
        #expect(cases.count > 200)
        #expect(Set(cases).count == cases.count)
        let missing = cases.filter { !carried.contains($0) && LeftOut.reasons[$0] == nil }
        #expect(missing.isEmpty, "neither tested nor left out: \(missing)")
    }

    @Test("that are left out are cases, have a reason and no test")
    func leftOut() throws {
        let cases = Set(try Self.cases())
        let carried = try Self.carried()
        for (id, reason) in LeftOut.reasons {
            #expect(cases.contains(id), "\(id)")
            #expect(reason.count > 40, "\(id)")
            #expect(!carried.contains(id), "\(id)")
        }
    }

    @Test("do not count where only a test of an idle part of the reference has them")
    func idleParts() throws {
        let idle = try Self.idle()
        #expect(idle.contains("DiscoveryEndpoint") && !idle.contains("PeerDocumentCache"))
        #expect(try !Self.carried().contains("P33"))
    }

    @Test("are found in literals, not in remarks nor inside words")
    func scanner() {
        let remark = "// \"X9\""
        #expect(Self.ids(in: remark).isEmpty)
        #expect(Self.ids(in: "@Test(\"a name (Y1, Y2)\") // Y3").sorted() == ["Y1", "Y2"])
        #expect(Self.ids(in: "\"vY4 Y5x\"").isEmpty)
    }
}

extension Character {
    fileprivate var isBlank: Bool { self == " " }
}

extension Substring {
    fileprivate var isRemark: Bool { hasPrefix("//") }
}
