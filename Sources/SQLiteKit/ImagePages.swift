import CSQLite

/// The pages of a database with one table, written as the format of SQLite's files describes them.
///
/// `TablePages` reads such pages. Here they are those of our own rows, so that nothing in them is
/// to be distrusted, and each row fits into a page.
struct ImagePages: ~Copyable {
    static let size = 65_536

    /// How many rows a page takes at most: their places are written in front of them.
    private static let rowsOfPage = 2_000
    private static let places = 8
    private static let cells = places + 2 * rowsOfPage
    /// What is longer would lie on further pages.
    private static let longestText = 16_000
    /// Numbers are written eight bytes at a time, whatever they take.
    private static let slack = 8
    private static let interior: UInt8 = 5
    private static let leaf: UInt8 = 13

    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int
    private(set) var count: Int
    private let root: Int
    private let firstLeaf: Int
    /// The page that is being filled, how many rows it has, and where the next goes.
    private var page: UnsafeMutablePointer<UInt8>
    private var rows = 0
    private var end = 0
    private var lastID: Int64 = 0
    /// The last row of each page that is full.
    private var lastIDs: [Int64] = []

    /// Nil where there is no memory for them.
    ///
    /// Whoever takes `base` frees it.
    ///
    /// - Parameters:
    ///   - empty: the pages of the database without a row.
    ///   - root: the number of the page where the tree of rows begins.
    init?(behind empty: [UInt8], root: Int, for rows: borrowing RowBatch) {
        let most = ImagePages.bound(width: rows.width, text: 0)
        let room = ImagePages.size - ImagePages.cells
        let unused = ImagePages.bound(width: rows.width, text: ImagePages.longestText)
        firstLeaf = empty.count / ImagePages.size
        count = firstLeaf + 1
        capacity =
            count + rows.count / ImagePages.rowsOfPage
            + (rows.count * most + rows.textCount) / (room - unused) + 1
        guard let memory = sqlite3_malloc64(UInt64(capacity * ImagePages.size)) else { return nil }
        base = memory.assumingMemoryBound(to: UInt8.self)
        _ = UnsafeMutableBufferPointer(start: base, count: empty.count).initialize(from: empty)
        self.root = root
        page = base + firstLeaf * ImagePages.size
        end = ImagePages.cells
    }

    /// How many bytes a row takes at most, with what is written beyond its end.
    private static func bound(width: Int, text: Int) -> Int {
        // Its size and id; the size of its header; a type and a number for each column; the text.
        2 + 9 + 1 + 9 * width + 3 + text + slack
    }

    /// Appends a row; false where its text is too long.
    ///
    /// - Parameter isNullable: by column, whether the smallest number stands for a null.
    @inline(__always)
    mutating func append(
        _ integers: UnsafePointer<Int64>, _ isNullable: [Bool], text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard text.count <= ImagePages.longestText else { return false }
        let width = isNullable.count - 1
        let isFull = rows == ImagePages.rowsOfPage
        if isFull || end + ImagePages.bound(width: width, text: text.count) > ImagePages.size {
            beginPage()
        }
        put16(end, at: page + ImagePages.places + 2 * rows)
        let start = end
        var at = page + start + 2
        putVarint(UInt64(bitPattern: integers[0]), at: &at)
        let record = at
        // Each column has a byte for its type, a long text two or three; the id has no value.
        var type = record + 1
        type[0] = 0
        type += 1
        let textType = UInt64(13 + 2 * text.count)
        at += 1 + width + (textType < 128 ? 1 : textType < 16_384 ? 2 : 3)
        record[0] = UInt8(at - record)
        for column in 1..<width {
            let value = integers[column]
            if value == RowBatch.null, isNullable[column] {
                type[0] = 0
            } else {
                put(value, type: type, at: &at)
            }
            type += 1
        }
        putVarint(textType, at: &type)
        if let bytes = text.baseAddress { at.update(from: bytes, count: text.count) }
        at += text.count
        // Two bytes whatever it is, which SQLite reads as well.
        let size = at - record
        page[start] = UInt8(size >> 7) | 128
        page[start + 1] = UInt8(size & 127)
        end = at - page
        rows += 1
        lastID = integers[0]
        return true
    }

    /// Writes the root, and how many pages there are.
    mutating func finish() {
        endPage(ImagePages.leaf)
        put32(count, at: base + 28)
        page = base + (root - 1) * ImagePages.size
        if count == firstLeaf + 1 {
            page.update(from: base + firstLeaf * ImagePages.size, count: ImagePages.size)
            return
        }
        rows = lastIDs.count
        var at = page + 12 + 2 * rows
        for (number, last) in lastIDs.enumerated() {
            put16(at - page, at: page + 12 + 2 * number)
            put32(firstLeaf + number + 1, at: at)
            at += 4
            putVarint(UInt64(bitPattern: last), at: &at)
        }
        endPage(ImagePages.interior)
        put32(count, at: page + 8)
    }

    private mutating func beginPage() {
        endPage(ImagePages.leaf)
        lastIDs.append(lastID)
        page += ImagePages.size
        count += 1
        rows = 0
        end = ImagePages.cells
    }

    private func endPage(_ kind: UInt8) {
        page[0] = kind
        put16(0, at: page + 1)
        put16(rows, at: page + 3)
        // Where rows begin: they lie in their order here.
        put16(kind == ImagePages.leaf ? ImagePages.cells : 12 + 2 * rows, at: page + 5)
        page[7] = 0
    }
}

/// Writes a number as short as it can be, with its type.
@inline(__always)
private func put(
    _ value: Int64, type: UnsafeMutablePointer<UInt8>, at: inout UnsafeMutablePointer<UInt8>
) {
    if value == 0 || value == 1 {
        type[0] = 8 + UInt8(truncatingIfNeeded: value)
        return
    }
    let bits = 65 - (value < 0 ? ~value : value).leadingZeroBitCount
    let (kind, length) =
        bits <= 8
        ? (1, 1)
        : bits <= 16
            ? (2, 2) : bits <= 24 ? (3, 3) : bits <= 32 ? (4, 4) : bits <= 48 ? (5, 6) : (6, 8)
    type[0] = UInt8(truncatingIfNeeded: kind)
    UnsafeMutableRawPointer(at).storeBytes(
        of: (value << Int64(64 - 8 * length)).bigEndian, as: Int64.self)
    at += length
}

/// Seven bits a byte, the eighth set where more follow; all of a ninth.
@inline(__always)
private func putVarint(_ value: UInt64, at: inout UnsafeMutablePointer<UInt8>) {
    if value < 128 {
        at[0] = UInt8(value)
        at += 1
        return
    }
    let isLongest = value >> 56 != 0
    let length = isLongest ? 9 : (70 - value.leadingZeroBitCount) / 7
    var rest = isLongest ? value >> 8 : value
    for place in stride(from: (isLongest ? 8 : length) - 1, through: 0, by: -1) {
        at[place] = UInt8(rest & 127) | 128
        rest >>= 7
    }
    if isLongest { at[8] = UInt8(value & 255) } else { at[length - 1] &= 127 }
    at += length
}

private func put16(_ value: Int, at bytes: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(bytes).storeBytes(of: UInt16(value).bigEndian, as: UInt16.self)
}

private func put32(_ value: Int, at bytes: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(bytes).storeBytes(of: UInt32(value).bigEndian, as: UInt32.self)
}
