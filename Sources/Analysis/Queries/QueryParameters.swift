import Arguments
import Bytes
import Recording

/// Finds the value of each parameter of a statement: from the command line, else the header.
struct QueryParameters {
    let query: QueryText
    let given: [(key: String, value: String)]
    /// The recording's, where a relative time needs it.
    let span: ClosedRange<Int64>?

    func values(of names: [String]) throws -> [SQLValue] {
        for (key, _) in given where !names.contains(key) {
            let meant = nearestName(to: key, among: names).map { "; did you mean \($0)?" } ?? ""
            let known = names.isEmpty ? "none" : names.joined(separator: ", ")
            throw UsageError(
                "the query has no parameter '\(key)'\(meant)", hint: "Its parameters: \(known)")
        }
        return try names.map { name in
            let declared = query.parameters.first { $0.name == name }
            guard let text = given.last(where: { $0.key == name })?.value ?? declared?.fallback
            else {
                throw UsageError(
                    "the query needs a value for :\(name)", hint: "Give it with -p \(name)=VALUE")
            }
            guard let declared else { return freeValue(text, of: name) }
            return try value(text, of: declared)
        }
    }

    private func value(_ text: String, of parameter: QueryText.Parameter) throws -> SQLValue {
        switch parameter.kind {
        case .text: return .text(text)
        case .integer:
            guard let number = Int64(text) else {
                throw UsageError("-p \(parameter.name) wants a whole number, not '\(text)'")
            }
            return .integer(number)
        case .time:
            guard let instant = instantMeant(by: text, within: span) else {
                throw UsageError(
                    "-p \(parameter.name) wants an instant, not '\(text)'", hint: instantHint)
            }
            return .integer(instant)
        }
    }

    /// A parameter that no header declares goes by how its value looks.
    ///
    /// An instant becomes nanoseconds, for the columns `…_ns`; beside a column `at` or `…_at` it
    /// becomes their text, since SQLite finds every number smaller than every text.
    private func freeValue(_ text: String, of name: String) -> SQLValue {
        if let number = Int64(text) { return .integer(number) }
        if let number = Double(text), text.contains(where: \.isNumber) { return .real(number) }
        if let instant = RFC3339.nanoseconds(text) {
            return isComparedWithText(name, in: query.sql)
                ? .text(RFC3339.text(instant)) : .integer(instant)
        }
        return .text(text)
    }
}

/// Whether a parameter stands beside a column `at` or `…_at` in a comparison.
func isComparedWithText(_ parameter: String, in sql: String) -> Bool {
    let words = comparisonWords(sql)
    func isInstantText(_ index: Int) -> Bool {
        guard words.indices.contains(index) else { return false }
        let column = words[index].split(separator: ".").last.map(String.init) ?? ""
        return column == "at" || column.hasSuffix("_at")
    }
    func isComparison(_ index: Int) -> Bool {
        words.indices.contains(index)
            && (words[index] == "between" || words[index].allSatisfy { "<>=!".contains($0) })
    }
    let marks = words.indices.filter { index in
        isMark(words[index]) && words[index].dropFirst() == parameter.lowercased()[...]
    }
    return marks.contains { index in
        if isComparison(index - 1), isInstantText(index - 2) { return true }
        if isComparison(index + 1), isInstantText(index + 2) { return true }
        // `at BETWEEN :from AND :until`
        return words.indices.contains(index - 4) && words[index - 1] == "and"
            && words[index - 3] == "between" && isInstantText(index - 4)
    }
}

private func isMark(_ word: String) -> Bool {
    word.first.map { ":@$".contains($0) } ?? false
}

/// Names, parameters and comparisons of SQL in lower case; strings and comments left out.
private func comparisonWords(_ sql: String) -> [String] {
    var words: [String] = []
    var rest = Array(sql.lowercased())[...]
    while let first = rest.first {
        if first == "-", rest.dropFirst().first == "-" {
            rest = rest.drop { !$0.isNewline }
        } else if first == "'" {
            rest = rest.dropFirst().drop { $0 != "'" }.dropFirst()
        } else if "<>=!".contains(first) {
            let word = rest.prefix { "<>=!".contains($0) }
            words.append(String(word))
            rest = rest.dropFirst(word.count)
        } else if isNamePart(first) || ":@$".contains(first) {
            let word = [first] + rest.dropFirst().prefix(while: isNamePart)
            words.append(String(word))
            rest = rest.dropFirst(word.count)
        } else {
            rest = rest.dropFirst()
        }
    }
    return words
}

private func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
}
