import AuditLog
import Synchronization

/// What the reader thread tells the parser thread.
enum Piece: Sendable {
    /// A source begins; `server` is who wrote it, where command line or path tell.
    case begin(name: String, server: String?)
    case bytes(Chunk)
    /// The source ends; with a reason where the rest of it cannot be read.
    case end(failure: String?)
}

/// The first stage of a capture: files to pieces of plain bytes, on a thread of its own.
///
/// Opens, unpacks and goes through archives. Knows nothing of what the bytes mean. What cannot be
/// read ends its source with a reason; the other sources are read all the same.
struct Reading {
    let pieces: BoundedQueue<Piece>
    /// Chunks that the parser is done with.
    let freeChunks: BoundedQueue<Chunk>
    let signals: CaptureSignals

    /// Packed in packed in packed: deeper than this is nobody's log.
    private static let deepestPacking = 4

    private var isStopping: Bool { signals.isStopping.load(ordering: .relaxed) }

    func run(_ files: [FoundFile]) {
        for file in files where !isStopping {
            let name = file.path == "-" ? "stdin" : file.path
            do throws(ReadFailure) {
                let source = try FileSource(path: file.path, signals)
                guard try deliver(source, name, file.server, 0) else { break }
            } catch {
                guard fail(name, file.server, error) else { break }
            }
        }
        pieces.close()
    }

    /// Hands on a source; false where nobody wants more.
    private func deliver(
        _ source: ByteSource, _ name: String, _ server: String?, _ depth: Int
    ) throws(ReadFailure) -> Bool {
        var head = [UInt8](repeating: 0, count: Packing.headBytes)
        let filled = head.withUnsafeMutableBytes { buffer in
            Result { () throws(ReadFailure) in try source.fill(buffer) }
        }
        head.removeLast(head.count - (try filled.get()))
        let whole = PeekedSource(head, source)
        guard let packing = Packing(head) else { return stream(whole, name, server) }
        guard depth < Reading.deepestPacking else {
            throw ReadFailure(reason: "it is packed more than \(Reading.deepestPacking) times")
        }
        switch packing {
        case .gzip: return try deliver(GzipSource(whole), name, server, depth + 1)
        case .zstd: return try deliver(ZstdSource(whole), name, server, depth + 1)
        case .xz: return try deliver(XZSource(whole), name, server, depth + 1)
        case .tar: return try deliver(Archive(whole), name, server, depth + 1)
        }
    }

    private func deliver(
        _ archive: Archive, _ name: String, _ server: String?, _ depth: Int
    ) throws(ReadFailure) -> Bool {
        while let member = try archive.next() {
            if isStopping { return false }
            guard mayBeLog(member.path) else { continue }
            let path = "\(name)/\(member.path)"
            do throws(ReadFailure) {
                guard try deliver(member.bytes, path, server, depth) else { return false }
            } catch {
                guard fail(path, server, error) else { return false }
            }
        }
        return true
    }

    private func stream(_ source: ByteSource, _ name: String, _ server: String?) -> Bool {
        let server = server ?? ServerFromPath.server(path: name)
        guard pieces.push(.begin(name: name, server: server)) else { return false }
        while true {
            guard let chunk = freeChunks.pop() else { return false }
            var failure: String?
            do throws(ReadFailure) {
                try fill(chunk, from: source)
            } catch {
                failure = error.reason
            }
            let isEmpty = chunk.bytes.isEmpty
            guard pieces.push(.bytes(chunk)) else { return false }
            // An interrupted source has no end: its last line may be half a line.
            if isStopping { return false }
            if failure != nil || isEmpty { return pieces.push(.end(failure: failure)) }
        }
    }

    /// Reads a good part of a chunk, or what a slow stream delivers in a second.
    private func fill(_ chunk: Chunk, from source: ByteSource) throws(ReadFailure) {
        let start = ContinuousClock.now
        while chunk.bytes.count < Chunk.smallest {
            let more = try source.read(into: chunk.free)
            if more == 0 { return }
            chunk.grow(by: more)
            if ContinuousClock.now - start > .seconds(1) { return }
        }
    }

    /// A source that cannot even be opened, or that is packed in something broken.
    private func fail(_ name: String, _ server: String?, _ failure: ReadFailure) -> Bool {
        guard pieces.push(.begin(name: name, server: server)) else { return false }
        return pieces.push(.end(failure: failure.reason))
    }
}
