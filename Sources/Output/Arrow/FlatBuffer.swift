/// A value in a table of FlatBuffers, in which Arrow writes what it says of its data.
indirect enum FlatValue {
    case absent
    /// An integer, a flag or an enumeration, of 1, 2, 4 or 8 bytes.
    case number(Int64, bytes: Int)
    case text(String)
    case table([FlatValue])
    case tables([[FlatValue]])
    /// Structures of as many 64-bit integers as `each` says, one behind the other.
    case structures([Int64], each: Int)

    /// How much room it takes in its table: what is not a number stands behind it.
    fileprivate var width: Int {
        switch self {
        case .absent: 0
        case .number(_, let bytes): bytes
        case .text, .table, .tables, .structures: 4
        }
    }
}

/// Lays tables out from front to back: whatever a table refers to stands behind it.
///
/// Positions count from the first byte, which must come to lie at a multiple of eight.
struct FlatBuffer {
    private(set) var bytes: [UInt8] = []

    init(root: [FlatValue]) {
        bytes.appendLittleEndian(0, bytes: 4)
        refer(from: 0, to: append(table: root))
    }

    /// Fields by width, the widest first, so that each lies at a multiple of it.
    private mutating func append(table fields: [FlatValue]) -> Int {
        let order = fields.indices.filter { fields[$0].width > 0 }
            .sorted { (-fields[$0].width, $0) < (-fields[$1].width, $1) }
        var places = [Int](repeating: 0, count: fields.count)
        var length = 4
        for index in order {
            places[index] = length
            length += fields[index].width
        }
        let directory = append(directory: places, tableLength: length)
        align(to: 8, after: 4)
        let table = bytes.count
        bytes.appendLittleEndian(Int64(table - directory), bytes: 4)
        for index in order {
            guard case .number(let value, let width) = fields[index] else {
                bytes.appendLittleEndian(0, bytes: 4)
                continue
            }
            bytes.appendLittleEndian(value, bytes: width)
        }
        for index in order {
            guard let target = append(target: fields[index]) else { continue }
            refer(from: table + places[index], to: target)
        }
        return table
    }

    /// Where in a table each of its fields is; the format calls it the table's vtable.
    private mutating func append(directory places: [Int], tableLength: Int) -> Int {
        align(to: 2, after: 0)
        let directory = bytes.count
        for number in [4 + 2 * places.count, tableLength] + places {
            bytes.appendLittleEndian(Int64(number), bytes: 2)
        }
        return directory
    }

    private mutating func append(target value: FlatValue) -> Int? {
        switch value {
        case .absent, .number: return nil
        case .table(let fields): return append(table: fields)
        case .text(let text):
            let place = begin(count: text.utf8.count, width: 1)
            bytes += text.utf8
            bytes.append(0)
            return place
        case .structures(let numbers, let each):
            let place = begin(count: numbers.count / each, width: 8)
            for number in numbers { bytes.appendLittleEndian(number, bytes: 8) }
            return place
        case .tables(let tables):
            let place = begin(count: tables.count, width: 4)
            for _ in tables { bytes.appendLittleEndian(0, bytes: 4) }
            for (index, fields) in tables.enumerated() {
                refer(from: place + 4 * (index + 1), to: append(table: fields))
            }
            return place
        }
    }

    /// The count of what follows, and room before it so that each lies at a multiple of its width.
    private mutating func begin(count: Int, width: Int) -> Int {
        align(to: max(4, width), after: width == 8 ? 4 : 0)
        bytes.appendLittleEndian(Int64(count), bytes: 4)
        return bytes.count - 4
    }

    private mutating func align(to width: Int, after rest: Int) {
        while bytes.count % width != rest { bytes.append(0) }
    }

    private mutating func refer(from place: Int, to target: Int) {
        let distance = UInt32(target - place)
        for byte in 0..<4 {
            bytes[place + byte] = UInt8(truncatingIfNeeded: distance >> UInt32(8 * byte))
        }
    }
}

extension [UInt8] {
    mutating func appendLittleEndian(_ value: Int64, bytes: Int) {
        for byte in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> Int64(8 * byte))) }
    }

    /// Fills up to a multiple of eight, at which everything in an Arrow stream begins.
    mutating func pad() {
        while count % 8 != 0 { append(0) }
    }
}
