/// Fragmented IP datagrams, put together again; the first copy of a byte wins.
///
/// Holds at most `mostDatagrams`: the oldest gives way, and is counted as lost.
struct Fragments {
    struct Key: Hashable {
        var source: Address
        var destination: Address
        var identification: UInt32
        var next: UInt8
    }

    fileprivate struct Datagram {
        var key: Key
        var bytes: [UInt8] = []
        /// Ranges received, in order and apart.
        var ranges: [Range<Int>] = []
        var length: Int?
    }

    private let mostDatagrams = 256
    private let mostRanges = 256
    private var datagrams: [Datagram] = []
    var lost = 0

    /// Adds a fragment; returns the whole payload once nothing is missing.
    mutating func add(
        _ key: Key, offset: Int, isLast: Bool, _ bytes: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        let end = offset + bytes.count
        guard offset >= 0, end <= 65_535, !bytes.isEmpty else { return nil }
        let index = place(of: key)
        datagrams[index].add(offset, bytes)
        if isLast, datagrams[index].length == nil { datagrams[index].length = end }
        if datagrams[index].ranges.count > mostRanges {
            lost += 1
            datagrams.remove(at: index)
            return nil
        }
        guard let length = datagrams[index].length, let first = datagrams[index].ranges.first,
            first.lowerBound == 0, first.upperBound >= length
        else { return nil }
        let whole = Array(datagrams[index].bytes[..<length])
        datagrams.remove(at: index)
        return whole
    }

    private mutating func place(of key: Key) -> Int {
        if let index = datagrams.firstIndex(where: { $0.key == key }) { return index }
        if datagrams.count == mostDatagrams {
            datagrams.removeFirst()
            lost += 1
        }
        datagrams.append(Datagram(key: key))
        return datagrams.count - 1
    }
}

extension Fragments.Datagram {
    mutating func add(_ offset: Int, _ fragment: UnsafeRawBufferPointer) {
        let end = offset + fragment.count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        var at = offset
        for range in ranges where range.upperBound > offset && range.lowerBound < end {
            if at < range.lowerBound { copy(at..<range.lowerBound, offset, fragment) }
            at = max(at, range.upperBound)
        }
        if at < end { copy(at..<end, offset, fragment) }
        insert(offset..<end)
    }

    private mutating func copy(
        _ range: Range<Int>, _ offset: Int, _ fragment: UnsafeRawBufferPointer
    ) {
        for index in range { bytes[index] = fragment[index - offset] }
    }

    private mutating func insert(_ added: Range<Int>) {
        var merged = added
        var apart: [Range<Int>] = []
        for range in ranges {
            if range.upperBound < merged.lowerBound || range.lowerBound > merged.upperBound {
                apart.append(range)
            } else {
                merged =
                    min(
                        range.lowerBound, merged.lowerBound)..<max(
                        range.upperBound, merged.upperBound)
            }
        }
        apart.append(merged)
        ranges = apart.sorted { $0.lowerBound < $1.lowerBound }
    }
}
