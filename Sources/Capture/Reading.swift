import AuditLog
import Synchronization

/// What the reader thread tells the parser thread.
enum Piece: Sendable {
    /// A source begins; `server` is who wrote it, where the command line says so.
    ///
    /// `pathServer` is who wrote it going by its path, where no envelope says better.
    case begin(name: String, server: String?, pathServer: String?)
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
    static let deepestPacking = 4

    private var isStopping: Bool { signals.isStopping.load(ordering: .relaxed) }

    func run(_ files: [FoundFile]) {
        var folders = SiblingFolders()
        for file in files where file.server == nil { folders.add(path: file.path) }
        for file in files where !isStopping {
            let name = file.path == "-" ? "stdin" : file.path
            let naming = Naming(file, folders: folders)
            do throws(ReadFailure) {
                let source = try FileSource(path: file.path, signals)
                guard try deliver(source, name, naming, 0) else { break }
            } catch {
                guard fail(name, naming, error) else { break }
            }
        }
        pieces.close()
    }

    /// Hands on a source; false where nobody wants more.
    private func deliver(
        _ source: ByteSource, _ name: String, _ naming: Naming, _ depth: Int
    ) throws(ReadFailure) -> Bool {
        let (whole, packing) = try Packing.peek(source)
        guard let packing else { return stream(whole, name, naming) }
        guard depth < Reading.deepestPacking else {
            throw ReadFailure(reason: "it is packed more than \(Reading.deepestPacking) times")
        }
        if packing == .tar { return try deliver(Archive(whole), name, naming, depth + 1) }
        return try deliver(packing.unpacking(whole), name, naming, depth + 1)
    }

    private func deliver(
        _ archive: Archive, _ name: String, _ naming: Naming, _ depth: Int
    ) throws(ReadFailure) -> Bool {
        var naming = naming
        while let member = try archive.next() {
            if isStopping { return false }
            guard mayBeLog(member.path) else { continue }
            let path = "\(name)/\(member.path)"
            naming.look(inside: name, for: path, signals)
            do throws(ReadFailure) {
                guard try deliver(member.bytes, path, naming, depth) else { return false }
            } catch {
                guard fail(path, naming, error) else { return false }
            }
        }
        return true
    }

    private func stream(_ source: ByteSource, _ name: String, _ naming: Naming) -> Bool {
        guard pieces.push(naming.beginning(of: name)) else { return false }
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
    private func fail(_ name: String, _ naming: Naming, _ failure: ReadFailure) -> Bool {
        guard pieces.push(naming.beginning(of: name)) else { return false }
        return pieces.push(.end(failure: failure.reason))
    }
}
