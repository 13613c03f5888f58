/// One column of a batch as Arrow lays it out: what is null, and the values side by side.
struct ArrowColumn {
    private(set) var nulls = 0
    /// Which rows are not null, where texts end (for text alone), and the values.
    var buffers: [[UInt8]] { [nulls == 0 ? [] : valid] + (ends.map { [$0] } ?? []) + [values] }

    private var valid: [UInt8]
    private var ends: [UInt8]?
    private var values: [UInt8] = []

    /// Nil where a value is not of the type.
    init?(_ rows: [[Cell]], at place: Int, as type: CellType) {
        valid = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
        if type == .text {
            ends = []
            ends?.appendLittleEndian(0, bytes: 4)
        }
        if type == .flag { values = valid }
        for (index, row) in rows.enumerated() {
            guard append(row[place], index, as: type) else { return nil }
        }
    }

    private mutating func append(_ cell: Cell, _ index: Int, as type: CellType) -> Bool {
        if cell == .null {
            nulls += 1
        } else {
            valid[index / 8] |= 1 << UInt8(index % 8)
        }
        switch (type, cell) {
        case (.text, _):
            values += plainText(cell).utf8
            ends?.appendLittleEndian(Int64(values.count), bytes: 4)
        case (.flag, .null): break
        case (.flag, .boolean(let flag)): set(flag, index)
        case (.flag, .integer(0)), (.flag, .integer(1)): set(cell == .integer(1), index)
        case (_, .null): values.appendLittleEndian(0, bytes: 8)
        case (.integer, .integer(let number)), (.instant, .integer(let number)):
            values.appendLittleEndian(number, bytes: 8)
        case (.real, .integer(let number)): append(Double(number))
        case (.real, .real(let number)): append(number)
        default: return false
        }
        return true
    }

    private mutating func set(_ flag: Bool, _ index: Int) {
        if flag { values[index / 8] |= 1 << UInt8(index % 8) }
    }

    private mutating func append(_ number: Double) {
        values.appendLittleEndian(Int64(bitPattern: number.bitPattern), bytes: 8)
    }
}
