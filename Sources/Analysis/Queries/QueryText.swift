import Bytes

/// A query as its file holds it: a header of comments, then one SELECT.
///
///     -- Requests by server and minute
///     --
///     -- Why it matters: a server that gets nothing was down, or the balancer thought so.
///     --
///     -- Parameters:
///     --   :since time = start   requests from this instant on
///     --
///     -- Columns:
///     --   minute    in UTC
///
/// Read here and nowhere else; it opens no file and runs nothing.
public struct QueryText: Sendable, Equatable {
    public struct Parameter: Sendable, Equatable {
        public enum Kind: String, CaseIterable, Sendable { case time, text, integer }

        public let name: String
        public let kind: Kind
        public let fallback: String
        let help: String
    }

    public struct Column: Sendable, Equatable {
        public let name: String
        let help: String
    }

    public let title: String
    public let why: String
    public let parameters: [Parameter]
    public let columns: [Column]
    /// The whole text: SQLite reads over the comments, and positions in errors stay true.
    let sql: String

    /// SQL without a header, such as that of `-e`.
    public init(plain sql: String) {
        title = ""
        why = ""
        parameters = []
        columns = []
        self.sql = sql
    }

    /// A file's text; one that does not begin with a header is plain SQL.
    public init(file text: String) throws(QueryHeaderError) {
        let isQuery = text.split(separator: "\n").contains { $0.hasPrefix("-- Columns:") }
        if isQuery {
            try self.init(query: text)
        } else {
            self.init(plain: text)
        }
    }

    /// The text of a query that must have its whole header.
    public init(query text: String) throws(QueryHeaderError) {
        var header = HeaderReader()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("--") else { break }
            try header.take(line.dropFirst(2))
        }
        try header.finish()
        title = header.title
        why = header.why
        parameters = header.parameters
        columns = header.columns
        sql = text
    }
}

/// A query's header is not as the format wants it.
public struct QueryHeaderError: Error, Equatable {
    /// From 1.
    public let line: Int
    public let expected: String
}

private struct HeaderReader {
    private enum Section { case title, why, parameters, columns }

    var title = ""
    var why = ""
    var parameters: [QueryText.Parameter] = []
    var columns: [QueryText.Column] = []
    private var section = Section.title
    private var line = 0

    mutating func take(_ rest: Substring) throws(QueryHeaderError) {
        line += 1
        let text = rest.trimmed
        if line == 1 {
            guard !text.isEmpty else { throw fail("a title in the first line") }
            title = text
        } else if text.isEmpty {
            return
        } else if text.hasPrefix("Why it matters:") {
            section = .why
            why = text.dropFirst("Why it matters:".count).trimmed
        } else if text == "Parameters:" {
            section = .parameters
        } else if text == "Columns:" {
            section = .columns
        } else {
            try takeLine(text)
        }
    }

    private mutating func takeLine(_ text: String) throws(QueryHeaderError) {
        switch section {
        case .title: throw fail("'Why it matters:', 'Parameters:' or 'Columns:'")
        case .why: why += (why.isEmpty ? "" : " ") + text
        case .parameters: parameters.append(try parameter(text))
        case .columns:
            let name = String(text.prefix { $0 != " " })
            columns.append(.init(name: name, help: text.dropFirst(name.count).trimmed))
        }
    }

    /// `:since time = start   requests from this instant on`, or a default in single quotes.
    private func parameter(_ text: String) throws(QueryHeaderError) -> QueryText.Parameter {
        let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: true)
        guard words.count == 4, words[0].hasPrefix(":"), words[0].count > 1, words[2] == "=",
            let kind = QueryText.Parameter.Kind(rawValue: String(words[1]))
        else { throw fail("':name time|text|integer = default   what it does'") }
        let rest = words[3]
        let fallback: Substring
        let help: Substring
        if rest.hasPrefix("'") {
            fallback = rest.dropFirst().prefix { $0 != "'" }
            guard rest.count >= fallback.count + 2 else { throw fail("a closing quote") }
            help = rest.dropFirst(fallback.count + 2)
        } else {
            fallback = rest.prefix { $0 != " " }
            help = rest.dropFirst(fallback.count)
        }
        return .init(
            name: String(words[0].dropFirst()), kind: kind, fallback: String(fallback),
            help: help.trimmed)
    }

    func finish() throws(QueryHeaderError) {
        guard line > 0 else {
            throw QueryHeaderError(line: 1, expected: "a header of comments, its title first")
        }
        guard !why.isEmpty else { throw fail("'Why it matters:' in the header") }
        guard !columns.isEmpty else { throw fail("'Columns:' and the columns in the header") }
    }

    private func fail(_ expected: String) -> QueryHeaderError {
        QueryHeaderError(line: max(1, line), expected: expected)
    }
}
