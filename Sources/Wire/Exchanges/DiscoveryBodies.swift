import Bytes
import KubeAPI

/// Bodies at the paths of discovery, to what may be kept of them.
///
/// Any server may answer anything at `/api/token`: only what reads as a discovery document is kept,
/// and of that only what the reader reads. Clients fetch the same document again and again, so the
/// last few are remembered by their hash.
struct DiscoveryBodies {
    private static let mostRemembered = 64
    static let mostBytes = 16 << 20

    private let mostBytes: Int
    /// Empty for a body that is no document.
    private(set) var known: [UInt64: [UInt8]] = [:]
    private var bytes = 0

    init(mostBytes: Int = DiscoveryBodies.mostBytes) { self.mostBytes = mostBytes }

    /// The document that a body holds, in the form of its own; nil where it is something else.
    mutating func document(in body: [UInt8]) -> [UInt8]? {
        guard !body.isEmpty else { return nil }
        let hash = body.withUnsafeBufferPointer { byteHash($0) }
        let json = known[hash] ?? read(body, hash)
        return json.isEmpty ? nil : json
    }

    private mutating func read(_ body: [UInt8], _ hash: UInt64) -> [UInt8] {
        let json = (try? DiscoveryDocument(json: body))?.json ?? []
        if known.count >= DiscoveryBodies.mostRemembered || bytes > mostBytes {
            known = [:]
            bytes = 0
        }
        known[hash] = json
        bytes += json.count
        return json
    }
}
