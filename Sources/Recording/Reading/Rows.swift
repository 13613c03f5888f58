import Bytes
import SQLiteKit

/// What stands in a column, or is bound to a parameter.
public enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

extension Recording {
    /// Every row of a statement, with values bound to its parameters in their order.
    ///
    /// - Parameter row: nil where a column holds a word that no version of this tool has written.
    func rows<Row>(
        _ sql: String, _ values: [SQLValue] = [], _ row: (borrowing Statement) -> Row?
    ) throws(RecordingError) -> [Row] {
        var strange = 0
        let rows = try run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql)
            select.bind(values)
            var rows: [Row] = []
            while try select.step() {
                if let row = row(select) { rows.append(row) } else { strange += 1 }
            }
            return rows
        }
        guard strange == 0 else {
            throw .damaged(path: path, message: "a run in it has words that no kubeskew writes")
        }
        return rows
    }

    /// The first column of every row.
    func texts(_ sql: String, _ values: [SQLValue] = []) throws(RecordingError) -> [String] {
        try rows(sql, values) { $0.text(0) }
    }

    /// The first column of the first row; 0 where there is none.
    func count(_ sql: String, _ values: [SQLValue] = []) throws(RecordingError) -> Int {
        try rows(sql, values) { Int($0.integer(0)) }.first ?? 0
    }
}

extension Statement {
    /// Binds all parameters, in their order.
    mutating func bind(_ values: [SQLValue]) {
        for (index, value) in values.enumerated() { bind(index + 1, value) }
    }

    mutating func bind(_ index: Int, _ value: SQLValue) {
        switch value {
        case .null: bindNull(index)
        case .integer(let number): bind(index, number)
        case .real(let number): bind(index, number)
        case .text(let text): bind(index, text)
        case .blob(let bytes): bytes.withUnsafeBytes { bindBlob(index, $0, copying: true) }
        }
    }

    func value(_ column: Int) -> SQLValue {
        switch type(column) {
        case .null: .null
        case .integer: .integer(integer(column))
        case .real: .real(real(column))
        case .text: .text(text(column))
        case .blob: .blob(blob(column))
        }
    }

    func id(_ column: Int) -> UInt32 { UInt32(truncatingIfNeeded: integer(column)) }

    func id(_ column: Int, _ ceiling: Int64) -> UInt32 { Ceilings.id(integer(column), ceiling) }

    func optional(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    func instant(_ column: Int) -> Int64 { RFC3339.clamped(integer(column)) }

    func optionalInstant(_ column: Int) -> Int64? { isNull(column) ? nil : instant(column) }
}
