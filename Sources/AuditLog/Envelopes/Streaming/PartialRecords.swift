import Bytes

/// Lines that a container runtime wrote in parts, until their ends come: one for each stream.
///
/// The number of streams and the bytes that wait are bounded; what does not fit is given back.
struct PartialRecords {
    struct Part {
        var key: [UInt8]
        var bytes: [UInt8]
        var wrapping: Wrapping
    }

    private static let maximumStreams = 64

    let limit: Int
    private(set) var waiting: [Part] = []
    /// Parts taken so far, which stand for no outcome of their own.
    private(set) var kept = 0

    init(limit: Int = EnvelopeReader.longestRecord) {
        self.limit = limit
    }

    func holds(_ key: [UInt8]) -> Bool { waiting.contains { $0.key == key } }

    /// Adds to the line of a stream; returns a line that had to make room.
    mutating func append(_ bytes: ByteRun, of key: [UInt8], _ wrapping: Wrapping) -> Part? {
        kept += 1
        if let index = waiting.firstIndex(where: { $0.key == key }) {
            waiting[index].bytes.append(contentsOf: bytes)
            return waiting[index].bytes.count > limit ? waiting.remove(at: index) : nil
        }
        waiting.append(Part(key: key, bytes: Array(bytes), wrapping: wrapping.inside))
        let total = waiting.reduce(0) { $0 + $1.bytes.count }
        return waiting.count > PartialRecords.maximumStreams || total > limit
            ? waiting.removeFirst() : nil
    }

    mutating func take(_ key: [UInt8]) -> Part? {
        guard let index = waiting.firstIndex(where: { $0.key == key }) else { return nil }
        return waiting.remove(at: index)
    }

    mutating func takeAll() -> [Part] {
        defer { waiting = [] }
        return waiting
    }
}
