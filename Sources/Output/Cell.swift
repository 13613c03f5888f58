/// One value in a row: what SQLite can hold, less blobs, plus truth.
public enum Cell: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case boolean(Bool)
}

extension Cell: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(nilLiteral: ()) { self = .null }

    public init(_ value: Int) { self = .integer(Int64(value)) }
    /// Null where there is no value.
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
}

/// What the values of a column are, where that is known before the first of them.
public enum CellType: String, Sendable {
    case text, integer, real
    /// 0 or 1.
    case flag
    /// Nanoseconds since 1970.
    case instant
}

/// A column of rows to be printed.
public struct Column: Hashable, Sendable {
    /// Which way it leans in a table.
    ///
    /// JSON and YAML go by each cell alone.
    public enum Kind: Sendable { case text, number }

    /// In lower case with underscores: the key in JSON, the header of CSV.
    public let name: String
    public let kind: Kind
    /// Shown by `wide` and every format for machines, not by `table` and `markdown`.
    public let isWide: Bool
    /// The colour of a cell with exactly this text.
    public let paint: [String: Style]
    /// For formats with types; nil where the values tell.
    public let type: CellType?

    public init(
        _ name: String, _ kind: Kind = .text, isWide: Bool = false, paint: [String: Style] = [:],
        type: CellType? = nil
    ) {
        self.name = name
        self.kind = kind
        self.isWide = isWide
        self.paint = paint
        self.type = type
    }
}

/// How rows are printed.
public enum RowFormat: String, Sendable, CaseIterable {
    case table, wide, json, yaml, csv, markdown, arrow
    /// These two take a template behind `=`.
    case customColumns = "custom-columns"
    case jsonpath

    /// The words that `--output` offers; one that ends in `=` goes on.
    public static let choices = allCases.map { $0.takesTemplate ? "\($0.rawValue)=" : $0.rawValue }

    var takesTemplate: Bool { self == .customColumns || self == .jsonpath }
}

/// What a person or a pipe wants of printed rows.
public struct RowOptions: Sendable {
    public var format: RowFormat
    public var showsHeader = true
    /// The columns to print, in this order; empty for those that the format shows by itself.
    public var columns: [String] = []
    /// Columns of the terminal that reads this; nil where none does, and then lines are as long as
    /// their rows.
    public var terminalWidth: Int?
    public var usesColour = false
    var customColumns: CustomColumns?
    var jsonpath: JSONPath?

    public init(format: RowFormat = .table) { self.format = format }

    /// By what stands behind `-o`, such as `csv` or `jsonpath={.items[*].kind}`.
    public init(word: String) throws(BadTemplate) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        format = parts.first.flatMap { RowFormat(rawValue: String($0)) } ?? .table
        let template = parts.count == 2 ? String(parts[1]) : ""
        if format == .customColumns { customColumns = try CustomColumns(template) }
        if format == .jsonpath { jsonpath = try JSONPath(template) }
    }
}

/// A column was asked for that the rows do not have.
public struct UnknownColumn: Error, Hashable, Sendable {
    public let name: String
    public let known: [String]

    public init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }
}
