/// What a file declares, found by its words: good enough for a tree that the formatter has set.
struct Declaration {
    enum Sort { case type, function, value, enumCase }

    var name: String
    var sort: Sort
    var file: String
    var module: String
    var line: Int
    /// At the outermost level, and not private to its file.
    var isShared: Bool
}

extension SwiftSource {
    private static let keywords: [String: Declaration.Sort] = [
        "func": .function, "var": .value, "let": .value, "struct": .type, "enum": .type,
        "class": .type, "actor": .type, "protocol": .type, "typealias": .type,
    ]

    var declarations: [Declaration] {
        var found: [Declaration] = []
        for (index, line) in code.enumerated() {
            let words = SwiftSource.identifiers(line)
            let isOuter = line.first.map { $0 != " " && $0 != "}" } ?? false
            for (word, next) in zip(words, words.dropFirst()) {
                guard let sort = SwiftSource.keywords[word], SwiftSource.keywords[next] == nil,
                    next != "_"
                else { continue }
                let isPrivate = words.contains("private") || words.contains("fileprivate")
                found.append(
                    declaration(next, sort, line: index + 1, isShared: isOuter && !isPrivate))
            }
            for name in SwiftSource.enumCases(line) {
                found.append(declaration(name, .enumCase, line: index + 1, isShared: false))
            }
        }
        return found
    }

    private func declaration(
        _ name: String, _ sort: Declaration.Sort, line: Int, isShared: Bool
    ) -> Declaration {
        Declaration(
            name: name, sort: sort, file: path, module: module, line: line, isShared: isShared)
    }

    /// The names in `case a, b(Int), c = "d"`; none in a pattern of a switch.
    private static func enumCases(_ line: Substring) -> [String] {
        var text = line.drop { $0 == " " }
        if text.hasPrefix("indirect ") { text = text.dropFirst(9) }
        guard text.hasPrefix("case ") else { return [] }
        var depth = 0
        var outside = ""
        for character in text.dropFirst(5) {
            if character == "(" { depth += 1 }
            if depth == 0 { outside.append(character) }
            if character == ")" { depth -= 1 }
        }
        guard !outside.contains(":"), let first = outside.first, first.isLetter else { return [] }
        let names = outside.split(separator: ",").compactMap { identifiers($0).first }
        return ["let", "var", "is", "nil", "true", "false"].contains(names.first) ? [] : names
    }
}
