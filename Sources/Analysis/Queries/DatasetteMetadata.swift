import Arguments
import Bytes
import Output
import Recording

/// The queries as a Datasette `metadata.json`, so that a recording can be browsed with them.
///
///     kubeskew query incident.db --datasette > metadata.json
///     datasette incident.db --metadata metadata.json
///
/// Datasette binds what a form holds, always as text and empty where nothing was typed, so each
/// parameter is replaced by an expression that reads such a text and falls back on the default.
public struct DatasetteMetadata {
    /// As Datasette calls it: the file's name without its extension.
    let database: String
    let queries: [(name: String, text: QueryText)]
    private let views: [ViewSchema.Row]
    /// What is below the views.
    private let tables: [String]

    public init(recording: String?, queries: [(name: String, text: QueryText)]) throws {
        let file = recording?.split(separator: "/").last.map(String.init) ?? "recording"
        let dot = file.lastIndex(of: ".") ?? file.endIndex
        database = dot == file.startIndex ? file : String(file[..<dot])
        self.queries = queries
        views = try ViewSchema.rows()
        tables = try Recording.tableNames()
    }

    public func rendered() -> String {
        let entries = queries.map { name, text in
            (
                // A slash would part the address of the query's page.
                key: name.split(separator: "/").joined(separator: "-"),
                value: JSONDocument.object([
                    ("title", .text(text.title)), ("description", .text(description(text))),
                    ("sql", .text(DatasetteMetadata.sql(text))),
                ])
            )
        }
        let content = JSONDocument.object([
            (
                "description",
                .text("Requests to a Kubernetes control plane, and what replays found in them.")
            ),
            ("tables", .object(hidden + described)),
            ("queries", .object(entries)),
        ])
        let document = JSONDocument.object([
            ("title", .text("kubeskew recording")),
            ("databases", .object([(database, content)])),
        ])
        return document.rendered() + "\n"
    }

    /// Tables may change with any version: they are there, but not in the list.
    private var hidden: [(key: String, value: JSONDocument)] {
        tables.map { (key: $0, value: .object([("hidden", .cell(.boolean(true)))])) }
    }

    private var described: [(key: String, value: JSONDocument)] {
        views.filter(\.column.isEmpty).map { view in
            let columns = views.filter { $0.view == view.view && !$0.column.isEmpty }
            return (
                key: view.view,
                value: .object([
                    ("description", .text(view.meaning)),
                    (
                        "columns",
                        .object(columns.map { (key: $0.column, value: .text($0.meaning)) })
                    ),
                ])
            )
        }
    }

    private func description(_ text: QueryText) -> String {
        let columns = text.columns.map { "\($0.name): \($0.help)" }.joined(separator: "; ")
        let parameters = text.parameters
            .map {
                "\($0.name) (\($0.kind.rawValue), "
                    + "\($0.fallback.isEmpty ? "empty" : $0.fallback)): \($0.help)"
            }
            .joined(separator: "; ")
        return text.why + (parameters.isEmpty ? "" : " Parameters: \(parameters).")
            + " Columns: \(columns)."
    }

    /// The statement without its header, its parameters read from text.
    static func sql(_ query: QueryText) -> String {
        var result = ""
        var rest = body(of: query.sql)[...]
        while let first = rest.first {
            if first == "-", rest.dropFirst().first == "-" {
                let comment = rest.prefix { !$0.isNewline }
                result += comment
                rest = rest.dropFirst(comment.count)
            } else if first == "'" || first == "\"" {
                let quoted = rest.dropFirst().prefix { $0 != first }
                result += rest.prefix(quoted.count + 2)
                rest = rest.dropFirst(quoted.count + 2)
            } else if first == ":" {
                let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                let parameter = query.parameters.first { $0.name == name }
                result += parameter.map(expression) ?? ":\(name)"
                rest = rest.dropFirst(name.count + 1)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func body(of sql: String) -> String {
        let lines = sql.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0.hasPrefix("--") || $0.isEmpty }.joined(separator: "\n")
    }

    private static func expression(_ parameter: QueryText.Parameter) -> String {
        let name = ":\(parameter.name)"
        switch parameter.kind {
        case .text: return "coalesce(nullif(\(name), ''), \(quoted(parameter.fallback)))"
        case .integer:
            return "CAST(coalesce(nullif(\(name), ''), \(parameter.fallback)) AS INTEGER)"
        case .time:
            return "CASE WHEN \(name) = '' THEN \(instant(parameter.fallback)) "
                + "WHEN \(name) NOT GLOB '*[^0-9]*' THEN CAST(\(name) AS INTEGER) "
                + "ELSE unixepoch(\(name)) * 1000000000 END"
        }
    }

    /// A default of a time: as on the command line.
    private static func instant(_ text: String) -> String {
        if text == "start" { return "-9223372036854775808" }
        if text == "end" { return "9223372036854775807" }
        if let instant = RFC3339.nanoseconds(text) { return String(instant) }
        let base = text.hasPrefix("-") ? "max" : "min"
        return "(SELECT \(base)(at_ns) FROM v_request) + \(DurationText.nanoseconds(text) ?? 0)"
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            + "'"
    }
}
