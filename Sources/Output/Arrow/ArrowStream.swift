/// Writes rows as an Arrow IPC stream: the schema, batches of rows, the end.
///
/// Written by hand, since the format needs no more than this and its libraries are far larger than
/// the tool. What a column holds is what is known of it (`Column.type`), so that a view has the
/// same schema whatever its rows are; of a column of which nothing is known the first batch tells.
struct ArrowStream {
    /// What a batch holds at most; it is written as soon as either is reached.
    private static let rowsPerBatch = 16_384
    private static let textPerBatch = 16 << 20
    /// As the format numbers its messages.
    private enum Message: Int64 { case schema = 1, batch = 3 }

    /// A column with values that are not what its first batch held.
    private(set) var misfit: MixedColumn?
    private let columns: [Column]
    private let names: [String]
    private var types: [CellType] = []
    private var held: [[Cell]] = []
    private var heldText = 0

    init(columns: [Column], names: [String]) {
        self.columns = columns
        self.names = names
    }

    mutating func append(_ cells: [Cell], to output: inout [UInt8]) {
        guard misfit == nil else { return }
        held.append(cells)
        for case .text(let text) in cells { heldText += text.utf8.count }
        if held.count == ArrowStream.rowsPerBatch || heldText >= ArrowStream.textPerBatch {
            flush(to: &output)
        }
    }

    mutating func finish(_ output: inout [UInt8]) {
        if !held.isEmpty || types.count < columns.count { flush(to: &output) }
        guard misfit == nil else { return }
        output.appendLittleEndian(0xFFFF_FFFF, bytes: 8)
    }

    private mutating func flush(to output: inout [UInt8]) {
        if types.count < columns.count {
            types = columns.indices.map { type(at: $0) }
            let fields = columns.indices.map { field(names[$0], types[$0]) }
            append(.schema, [.absent, .tables(fields)], [], to: &output)
        }
        var encoded: [ArrowColumn] = []
        for (index, type) in types.enumerated() {
            guard let column = ArrowColumn(held, at: index, as: type) else {
                misfit = MixedColumn(name: names[index])
                return
            }
            encoded.append(column)
        }
        if !held.isEmpty { append(encoded, to: &output) }
        held.removeAll(keepingCapacity: true)
        heldText = 0
    }

    private func append(_ columns: [ArrowColumn], to output: inout [UInt8]) {
        var body: [UInt8] = []
        var lengths: [Int64] = []
        var places: [Int64] = []
        for column in columns {
            lengths += [Int64(held.count), Int64(column.nulls)]
            for buffer in column.buffers {
                places += [Int64(body.count), Int64(buffer.count)]
                body += buffer
                body.pad()
            }
        }
        let header: [FlatValue] = [
            .number(Int64(held.count), bytes: 8), .structures(lengths, each: 2),
            .structures(places, each: 2),
        ]
        append(.batch, header, body, to: &output)
    }

    private func append(
        _ kind: Message, _ header: [FlatValue], _ body: [UInt8], to output: inout [UInt8]
    ) {
        // The fifth version of the format's metadata, which every reader of these years knows.
        var metadata = FlatBuffer(root: [
            .number(4, bytes: 2), .number(kind.rawValue, bytes: 1), .table(header),
            .number(Int64(body.count), bytes: 8),
        ]).bytes
        metadata.pad()
        output.appendLittleEndian(0xFFFF_FFFF, bytes: 4)
        output.appendLittleEndian(Int64(metadata.count), bytes: 4)
        output += metadata
        output += body
    }

    /// What is known of a column, unless the values say otherwise: a query may give any of them a
    /// name that a view uses for something else.
    private func type(at place: Int) -> CellType {
        if let known = columns[place].type, ArrowColumn(held, at: place, as: known) != nil {
            return known
        }
        let found = Set(held.compactMap { CellType($0[place]) })
        if found.isEmpty { return columns[place].kind == .number ? .integer : .text }
        if let only = found.first, found.count == 1 { return only }
        return found == [.integer, .real] ? .real : .text
    }
}

/// A column whose rows hold now numbers, now text, so that no type fits.
public struct MixedColumn: Error, Hashable, Sendable {
    public let name: String
}

extension CellType {
    fileprivate init?(_ cell: Cell) {
        switch cell {
        case .null: return nil
        case .integer: self = .integer
        case .real: self = .real
        case .text: self = .text
        case .boolean: self = .flag
        }
    }
}

/// A field of a schema: its name, that it may be null, and the number and parameters of its type.
private func field(_ name: String, _ type: CellType) -> [FlatValue] {
    let (number, parameters): (Int64, [FlatValue]) =
        switch type {
        case .text: (5, [])
        case .integer: (2, [.number(64, bytes: 4), .number(1, bytes: 1)])
        case .real: (3, [.number(2, bytes: 2)])
        case .flag: (6, [])
        case .instant: (10, [.number(3, bytes: 2), .text("UTC")])
        }
    return [
        .text(name), .number(1, bytes: 1), .number(number, bytes: 1), .table(parameters), .absent,
        .tables([]),
    ]
}
