import CSQLite

/// The rows of a table, read from its pages, as the format of SQLite's files describes them.
///
/// The file may be anybody's: nothing is read outside of a page, the tree is no deeper than a sound
/// one, and row ids ascend from page to page, so that no circle of pages is followed. What is not
/// the plain case ends the reading, and `next` says where SQLite is to go on.
struct TablePages: ~Copyable {
    private static let deepest = 20
    /// Two numbers of nine bytes, or one of eight, may be read from the last byte of a page on.
    private static let slack = 32
    private static let interior: UInt8 = 5
    private static let leaf: UInt8 = 13

    private let layout: StoredTable
    private let wanted: ClosedRange<Int64>
    /// By serial type, how many bytes of a row such a value takes.
    private let lengths: UnsafeMutablePointer<UInt8>
    private let slots: UnsafeMutablePointer<StoredTable.Slot>
    /// A page for each level of the tree.
    private let buffers: UnsafeMutablePointer<UInt8>
    private var block: RowBlock
    /// The last row that was met, once there was one.
    private var last = Int64.min
    private var hasMet = false
    private var isDone = false

    init(_ layout: StoredTable, _ rows: ClosedRange<Int64>) {
        self.layout = layout
        wanted = rows
        block = RowBlock(width: layout.width)
        let size = (layout.pageSize + TablePages.slack) * TablePages.deepest
        buffers = .allocate(capacity: size)
        buffers.initialize(repeating: 0, count: size)
        slots = .allocate(capacity: layout.slots.count)
        _ = UnsafeMutableBufferPointer(start: slots, count: layout.slots.count)
            .initialize(from: layout.slots)
        lengths = .allocate(capacity: 128)
        for type in 0..<128 {
            lengths[type] =
                type < 12
                ? [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type]
                : UInt8((type - 12) / 2)
        }
    }

    deinit {
        buffers.deallocate()
        slots.deallocate()
        lengths.deallocate()
    }

    /// The first row that was not given; nil where all were.
    var next: Int64? {
        if isDone || last == .max { return nil }
        return hasMet ? max(wanted.lowerBound, last + 1) : wanted.lowerBound
    }

    mutating func read(_ body: (borrowing RowBlock) -> Void) {
        isDone = visit(layout.root, level: 0, body)
        flush(body)
    }

    private mutating func flush(_ body: (borrowing RowBlock) -> Void) {
        if block.count > 0 { body(block) }
        block.removeAll()
    }

    /// Whether a page, and all below it, is what was expected.
    private mutating func visit(
        _ number: UInt32, level: Int, _ body: (borrowing RowBlock) -> Void
    ) -> Bool {
        guard number > 1, level < TablePages.deepest else { return false }
        let page = buffers + level * (layout.pageSize + TablePages.slack)
        let file = layout.file
        let code = file.pointee.pMethods.pointee.xRead(
            file, page, Int32(layout.pageSize), Int64(number - 1) * Int64(layout.pageSize))
        guard code == SQLITE_OK else { return false }
        let cells = Int(page[3]) << 8 | Int(page[4])
        switch page[0] {
        case TablePages.leaf: return rows(of: page, cells, body)
        case TablePages.interior: return children(of: page, cells, level, body)
        default: return false
        }
    }

    private mutating func children(
        of page: UnsafePointer<UInt8>, _ cells: Int, _ level: Int,
        _ body: (borrowing RowBlock) -> Void
    ) -> Bool {
        guard 12 + 2 * cells <= layout.usable else { return false }
        for cell in 0..<cells {
            var at = Int(bigEndian16(page + 12 + 2 * cell))
            guard at + 4 < layout.usable else { return false }
            let child = bigEndian32(page + at)
            at += 4
            // All rows of the child have this id at most.
            guard Int64(bitPattern: varint(page, &at)) >= wanted.lowerBound else { continue }
            guard visit(child, level: level + 1, body) else { return false }
            if last >= wanted.upperBound { return true }
        }
        return visit(bigEndian32(page + 8), level: level + 1, body)
    }

    private mutating func rows(
        of page: UnsafePointer<UInt8>, _ cells: Int, _ body: (borrowing RowBlock) -> Void
    ) -> Bool {
        guard cells > 0, 8 + 2 * cells <= layout.usable else { return false }
        for cell in 0..<cells {
            var at = Int(bigEndian16(page + 8 + 2 * cell))
            guard at < layout.usable else { return false }
            let size = varint(page, &at)
            let id = Int64(bitPattern: varint(page, &at))
            guard id > last || !hasMet else { return false }
            if id > wanted.upperBound {
                last = wanted.upperBound
                return true
            }
            if id >= wanted.lowerBound {
                // What does not fit lies on other pages.
                guard size <= UInt64(layout.usable - 35), at + Int(size) <= layout.usable,
                    take(id, page + at, Int(size))
                else { return false }
                if block.isFull { flush(body) }
            }
            last = id
            hasMet = true
        }
        return true
    }

    /// Reads a row into the block; false where it is not as expected.
    @inline(__always)
    private mutating func take(
        _ id: Int64, _ record: UnsafePointer<UInt8>, _ size: Int
    ) -> Bool {
        let row = block.integers + block.count &* layout.width
        if layout.rowIDPlace >= 0 { row[layout.rowIDPlace] = id }
        guard size > 0, record[0] < 128 else { return false }
        var value = Int(record[0])
        let end = value
        guard end <= size else { return false }
        var at = 1
        var text: (start: Int, length: Int)?
        for column in 0..<layout.slots.count {
            guard at < end else { return false }
            let type = Int(record[at])
            guard type < 128 else { return false }
            at &+= 1
            let length = Int(lengths[type])
            let place = slots[column].place
            if place >= 0 {
                let null = slots[column].null
                guard let integer = integer(type, record + value, length, null) else {
                    return false
                }
                row[place] = integer
            } else if column == layout.textSlot {
                guard type >= 13, type & 1 == 1 else { return false }
                text = (value, length)
            }
            value &+= length
            guard value <= size else { return false }
        }
        guard layout.textSlot >= 0 else {
            block.append()
            return true
        }
        guard let text else { return false }
        block.append(text: UnsafeBufferPointer(start: record + text.start, count: text.length))
        return true
    }

    /// The integer of a serial type; nil for a fraction, a text or bytes.
    @inline(__always)
    private func integer(
        _ type: Int, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ null: Int64
    ) -> Int64? {
        switch type {
        case 1...6:
            let word = UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).bigEndian
            return Int64(bitPattern: word) &>> Int64(64 &- 8 &* length)
        case 0: return null
        case 8: return 0
        case 9: return 1
        default: return nil
        }
    }
}

private func bigEndian16(_ bytes: UnsafePointer<UInt8>) -> UInt16 {
    UnsafeRawPointer(bytes).loadUnaligned(as: UInt16.self).bigEndian
}

private func bigEndian32(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
    UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self).bigEndian
}

/// Seven bits of each byte, as long as the eighth is set; all of a ninth.
@inline(__always)
private func varint(_ page: UnsafePointer<UInt8>, _ at: inout Int) -> UInt64 {
    var value = UInt64(page[at])
    at &+= 1
    guard value >= 128 else { return value }
    value &= 127
    for _ in 0..<7 {
        let byte = page[at]
        at &+= 1
        value = value << 7 | UInt64(byte & 127)
        if byte < 128 { return value }
    }
    value = value << 8 | UInt64(page[at])
    at &+= 1
    return value
}
