/// A template such as `{range .items[*]}{.kind}{"\n"}{end}`, as kubectl takes it, over rows.
///
/// The rows are the list `.items` of one document, each an object of its columns. Known are text,
/// `{"text"}`, fields, `[*]`, `[N]`, `[N:M]`, `[?(@.column=="text")]`, `{range}` and `{end}`.
public struct JSONPath: Sendable, Hashable {
    indirect enum Node: Sendable, Hashable {
        case text(String)
        case field(String)
        case items(Choice, field: String?)
        case range(Choice, [Node])
    }

    /// Which of the rows.
    enum Choice: Sendable, Hashable {
        case all
        case one(Int)
        case slice(Int, Int?)
        case having(field: String, equal: Bool, value: String)
    }

    let nodes: [Node]

    public init(_ template: String) throws(BadTemplate) {
        var parser = JSONPathParser(template)
        nodes = try parser.parse()
    }

    /// Every column that it names.
    var fields: [String] { nodes.flatMap(JSONPath.fields) }

    private static func fields(_ node: Node) -> [String] {
        func named(_ choice: Choice) -> [String] {
            if case .having(let field, _, _) = choice { return [field] }
            return []
        }
        switch node {
        case .text: return []
        case .field(let name): return [name]
        case .items(let choice, let field): return named(choice) + (field.map { [$0] } ?? [])
        case .range(let choice, let inner): return named(choice) + inner.flatMap(fields)
        }
    }

    /// The document's text.
    func rendered(_ rows: [[String: Cell]]) -> String {
        nodes.map { text($0, rows, nil) }.joined()
    }

    private func text(_ node: Node, _ rows: [[String: Cell]], _ row: [String: Cell]?) -> String {
        switch node {
        case .text(let text): return text
        case .field(let name): return row?[name].map(plainText) ?? ""
        case .items(let choice, let field):
            return chosen(choice, rows).map { row in
                guard let field else { return object(row) }
                return row[field].map(plainText) ?? ""
            }.joined(separator: " ")
        case .range(let choice, let inner):
            return chosen(choice, rows).map { row in
                inner.map { text($0, rows, row) }.joined()
            }.joined()
        }
    }

    private func object(_ row: [String: Cell]) -> String {
        JSONDocument.object(row.sorted { $0.key < $1.key }.map { ($0.key, .cell($0.value)) })
            .rendered()
    }

    private func chosen(_ choice: Choice, _ rows: [[String: Cell]]) -> [[String: Cell]] {
        func place(_ number: Int) -> Int { number < 0 ? rows.count + number : number }
        switch choice {
        case .all: return rows
        case .one(let number):
            return rows.indices.contains(place(number)) ? [rows[place(number)]] : []
        case .slice(let first, let end):
            let from = min(max(0, place(first)), rows.count)
            let until = min(max(from, place(end ?? rows.count)), rows.count)
            return Array(rows[from..<until])
        case .having(let field, let equal, let value):
            return rows.filter { (plainText($0[field] ?? .null) == value) == equal }
        }
    }
}

/// One reading of a template.
private struct JSONPathParser {
    private let template: String
    private var rest: Substring

    init(_ template: String) {
        self.template = template
        rest = template[...]
    }

    mutating func parse() throws(BadTemplate) -> [JSONPath.Node] {
        // kubectl takes a path without braces too.
        if !template.contains("{") {
            return [try node("\(template.hasPrefix(".") ? "" : ".")\(template)")]
        }
        let nodes = try nodes(isInRange: false)
        guard rest.isEmpty else { throw bad("{end} without {range}") }
        return nodes
    }

    private mutating func nodes(isInRange: Bool) throws(BadTemplate) -> [JSONPath.Node] {
        var nodes: [JSONPath.Node] = []
        while !rest.isEmpty {
            let text = rest.prefix { $0 != "{" }
            if !text.isEmpty { nodes.append(.text(String(text))) }
            rest = rest.dropFirst(text.count)
            guard rest.first == "{" else { break }
            let inside = try expression()
            if inside == "end" {
                guard isInRange else { throw bad("{end} without {range}") }
                return nodes
            }
            if inside.hasPrefix("range ") {
                guard case .items(let choice, nil) = try node(String(inside.dropFirst(6))) else {
                    throw bad("{range} wants rows, such as .items[*]")
                }
                nodes.append(.range(choice, try self.nodes(isInRange: true)))
            } else {
                nodes.append(try node(inside))
            }
        }
        if isInRange { throw bad("{range} without {end}") }
        return nodes
    }

    /// What stands between braces, which a quoted text may hold too.
    private mutating func expression() throws(BadTemplate) -> String {
        rest = rest.dropFirst()
        var inside = ""
        var quote: Character?
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "}", quote == nil {
                return String(inside.drop { $0 == " " })
            }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            }
            inside.append(character)
        }
        throw bad("a brace is not closed")
    }

    private func node(_ text: String) throws(BadTemplate) -> JSONPath.Node {
        if let quote = text.first, quote == "\"" || quote == "'" {
            return .text(unescaped(text.dropFirst().prefix { $0 != quote }))
        }
        var path = text[...]
        while let first = path.first, "$@".contains(first) { path = path.dropFirst() }
        guard path.hasPrefix(".items") || path.hasPrefix("[") else {
            let name = path.drop { $0 == "." }
            guard !name.isEmpty, name.allSatisfy(isNamePart) else { throw bad("'\(text)'") }
            return .field(String(name))
        }
        if path.hasPrefix(".items") { path = path.dropFirst(6) }
        guard path.first == "[" else {
            guard path.isEmpty else { throw bad("'\(text)'") }
            return .items(.all, field: nil)
        }
        guard let end = path.lastIndex(of: "]") else { throw bad("'\(text)' lacks a ]") }
        let choice = try choice(path[path.index(after: path.startIndex)..<end])
        let field = path[path.index(after: end)...].drop { $0 == "." }
        guard field.allSatisfy(isNamePart) else { throw bad("'\(text)'") }
        return .items(choice, field: field.isEmpty ? nil : String(field))
    }

    private func choice(_ text: Substring) throws(BadTemplate) -> JSONPath.Choice {
        if text == "*" { return .all }
        if let number = Int(text) { return .one(number) }
        if text.hasPrefix("?(@."), text.hasSuffix(")") {
            let condition = text.dropFirst(4).dropLast()
            for (sign, equal) in [("==", true), ("!=", false)] {
                guard let place = condition.firstRange(of: sign) else { continue }
                let field = condition[..<place.lowerBound].filter { $0 != " " }
                let value = condition[place.upperBound...].drop { $0 == " " }
                return .having(
                    field: field, equal: equal, value: value.filter { $0 != "\"" && $0 != "'" })
            }
        }
        let ends = text.split(separator: ":", omittingEmptySubsequences: false)
        if ends.count == 2, ends[0].isEmpty || Int(ends[0]) != nil,
            ends[1].isEmpty || Int(ends[1]) != nil
        {
            return .slice(Int(ends[0]) ?? 0, Int(ends[1]))
        }
        throw bad("'[\(text)]'")
    }

    private func unescaped(_ text: Substring) -> String {
        String(text).replacing("\\n", with: "\n").replacing("\\t", with: "\t")
            .replacing("\\\\", with: "\\")
    }

    private func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private func bad(_ what: String) -> BadTemplate {
        BadTemplate(
            "jsonpath cannot follow \(what); it knows fields such as {.items[*].kind}, {range "
                + ".items[*]}…{end}, [N], [?(@.kind==\"loop\")] and {\"\\n\"}")
    }
}
