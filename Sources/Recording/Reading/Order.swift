import Judgments

/// The orders of the words that findings are stored with, as SQL: said here and nowhere else.
enum Order {
    /// The gravest first.
    static let severity = by("severity", Finding.Severity.allCases.sorted().reversed())
    /// The surest first.
    static let grade = grade("grade")
    /// As kinds are listed.
    static let kind = by("kind", Finding.Kind.allCases)
    /// The request first that tells most of a finding.
    static let role = cases(
        "role", Finding.Evidence.Role.allCases.map { ($0.rawValue, $0.weight) })

    static func grade(_ column: String) -> String { by(column, Finding.Grade.allCases) }

    private static func by<Word: RawRepresentable>(
        _ column: String, _ words: [Word]
    ) -> String where Word.RawValue == String {
        cases(column, words.enumerated().map { ($0.element.rawValue, $0.offset) })
    }

    private static func cases(_ column: String, _ places: [(word: String, place: Int)]) -> String {
        let list = places.map { "WHEN '\($0.word)' THEN \($0.place)" }.joined(separator: " ")
        return "CASE \(column) \(list) ELSE \(places.count) END"
    }
}

extension Outcome {
    /// The flagged outcomes as a list of SQL.
    static let flaggedList = allCases.filter(\.isFlagged).map { "'\($0.text)'" }
        .joined(separator: ", ")
}
