import Recording

/// Every view of a recording with its columns and what they mean: the interface of queries.
///
/// The columns are those that a new recording has; the words are in `views.tsv`, a row for each
/// column of a view, or for a column that means the same wherever it stands.
public enum ViewSchema {
    public struct Row: Sendable {
        public let view: String
        /// Empty for what is said of the view itself.
        public let column: String
        /// `text`, `integer`, `flag` (0 or 1) or `instant` (nanoseconds since 1970).
        public let type: String
        public let meaning: String
    }

    public static func rows() throws -> [Row] {
        var last = ""
        var rows: [Row] = []
        for (view, column) in try Recording.viewColumns() {
            if view != last { rows.append(row(view, "")) }
            last = view
            rows.append(row(view, column))
        }
        return rows
    }

    /// Views with types for DuckDB, which reads those of the file as text.
    public static func duckDB() throws -> String {
        var views: [(name: String, columns: [(name: String, type: String)])] = []
        for row in try rows() {
            if row.column.isEmpty {
                views.append((row.view, []))
            } else {
                views[views.count - 1].columns.append((row.column, row.type))
            }
        }
        return views.map { Recording.duckDBView($0.name, columns: $0.columns) }
            .joined(separator: "\n")
    }

    /// The type of a column in every view that has one of this name; nil where views differ, or
    /// none has it.
    static func type(ofColumn name: String) -> String? {
        let types = Set(words.filter { $0.key[1] == name }.map { $0.value[0] })
        return types.count == 1 && !name.isEmpty ? types.first : nil
    }

    private static func row(_ view: String, _ column: String) -> Row {
        let found = words[[view, column]] ?? words[["*", column]] ?? ["", ""]
        return Row(view: view, column: column, type: found[0], meaning: found[1])
    }

    private static let words: [[String]: [String]] = Dictionary(
        uniqueKeysWithValues: viewTable.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            precondition(fields.count == 4, "the table of views has a line of another shape")
            return (Array(fields[0..<2]), Array(fields[2...]))
        })
}
