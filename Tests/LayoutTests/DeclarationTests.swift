import Foundation
import Testing

/// What no compiler says of declarations: who uses them, and whether their names are taken.
@Suite("Declarations") struct DeclarationTests {
    /// What only the language or the outside calls, with the reason.
    private static let calledFromOutside = [
        "callAsFunction": "the name of a call without a name",
        "climbed": "what the oracle holds every cell of the routing table against",
        "groupVersions": "what the reference model of the oracle reads of documents",
    ]

    @Test("nothing in Sources is declared that nothing in Sources refers to")
    func dead() {
        var uses: [String: Int] = [:]
        for source in Repository.product {
            for word in source.words { uses[word.text, default: 0] += 1 }
        }
        let all = Repository.product.filter { !Repository.isGenerated($0.path) }
            .flatMap(\.declarations)
        let byName = Dictionary(grouping: all, by: \.name)
        for (name, declarations) in byName where uses[name, default: 0] <= declarations.count {
            for declaration in declarations where !isFromOutside(declaration) {
                Issue.record(
                    """
                    \(declaration.file):\(declaration.line): nothing in Sources refers to \(name). \
                    Delete it with its tests; where only tests need it, move it to them; where the \
                    language or a library calls it, add it to calledFromOutside with the reason.
                    """)
            }
        }
        for name in DeclarationTests.calledFromOutside.keys {
            #expect(byName[name] != nil, "\(name) is gone: take it out of calledFromOutside")
        }
    }

    /// The cases of an enum of texts are made out of texts.
    private func isFromOutside(_ declaration: Declaration) -> Bool {
        let name = declaration.name
        if DeclarationTests.calledFromOutside[name] != nil { return true }
        guard declaration.sort == .enumCase,
            let source = Repository.product.first(where: { $0.path == declaration.file })
        else { return false }
        let heads = source.code.prefix(declaration.line).last {
            SwiftSource.identifiers($0).contains("enum")
        }
        return heads?.contains(": String") ?? false
    }

    @Test("no two modules give one name to types of their own")
    func twins() {
        let shared = Repository.product.flatMap(\.declarations).filter {
            $0.isShared && $0.sort == .type
        }
        for (name, twins) in Dictionary(grouping: shared, by: \.name) {
            let modules = Set(twins.map(\.module)).sorted()
            #expect(
                modules.count == 1,
                """
                \(name) is declared in \(modules.joined(separator: " and ")): rename one, nest it \
                in the type that it belongs to, or share it
                """)
        }
    }

    @Test("no function is longer than 50 lines")
    func functions() {
        for source in Repository.sources where !Repository.isGenerated(source.path) {
            for (line, length) in source.functions where length > 50 {
                Issue.record(
                    "\(source.path):\(line): \(length) lines in one function: take a step out")
            }
        }
    }
}

extension SwiftSource {
    /// The line and the length of each function with a body, which ends where its indentation does.
    fileprivate var functions: [(line: Int, length: Int)] {
        code.indices.compactMap { start in
            guard SwiftSource.beginsFunction(code[start]) else { return nil }
            let indentation = code[start].prefix { $0 == " " }
            // Its body opens before the next blank line, or it has none: a requirement.
            guard let opening = code[start...].first(where: { $0.contains("{") || $0.isEmpty }),
                opening.count(where: { $0 == "{" }) > opening.count(where: { $0 == "}" }),
                let end = code[start...].dropFirst().firstIndex(where: {
                    $0.hasPrefix(indentation + "}")
                })
            else { return nil }
            return (start + 1, end - start + 1)
        }
    }

    private static let modifiers: Set<String> = [
        "public", "private", "fileprivate", "internal", "static", "mutating", "borrowing",
        "consuming", "nonisolated", "final", "override", "inline", "__always", "never",
        "inlinable", "Test", "discardableResult",
    ]

    private static func beginsFunction(_ line: Substring) -> Bool {
        guard let start = line.first(where: { $0 != " " }), start.isLetter || start == "@",
            let first = identifiers(line).first(where: { !modifiers.contains($0) })
        else { return false }
        return first == "func" || first == "init" || first == "deinit" || first == "subscript"
    }
}
