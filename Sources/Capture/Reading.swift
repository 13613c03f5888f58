import AuditLog
import Bytes
import KubeAPI
import Synchronization

/// A source of records, as it is called.
struct SourceOrigin: Sendable {
    var name: String
    /// Who wrote it, where the command line says so.
    var server: String?
    /// Who wrote it going by its path, where no envelope says better.
    var pathServer: String?

    /// The ids of its servers, as far as they are known; otherwise 0.
    func servers(in names: inout Names) -> (server: UInt32, pathServer: UInt32) {
        func id(_ server: String?) -> UInt32 {
            server.map { names.servers.intern(ServerName.repaired($0)) } ?? 0
        }
        return (id(server), id(pathServer))
    }
}

/// What a reading thread tells the cutting one.
enum Piece: Sendable {
    case begin(SourceOrigin)
    case bytes(Chunk)
    /// The source ends; with a reason where the rest of it cannot be read.
    case end(failure: String?)
}

/// The files of a capture on their way to who cuts them, each with a queue of its own.
///
/// Several threads unpack files side by side, and file after file is cut: what is stored does not
/// depend on who was faster. Files are begun in their order, so the one that is waited for is
/// always being read. Memory is that of the queues of as many files as there are threads.
final class Lanes: Sendable {
    let files: [FoundFile]
    let pieces: [BoundedQueue<Piece>]
    private let spare = BoundedQueue<Chunk>(capacity: 32)
    private let begun = Atomic<Int>(0)

    init(_ files: [FoundFile]) {
        self.files = files
        pieces = files.map { _ in BoundedQueue<Piece>(capacity: 4) }
    }

    /// The next file that nobody reads yet.
    func begin() -> Int? {
        let file = begun.add(1, ordering: .relaxed).oldValue
        return file < files.count ? file : nil
    }

    func chunk() -> Chunk { spare.poll() ?? Chunk(padding: AuditReader.padding) }

    /// Takes back a chunk that was read.
    func recycle(_ chunk: Chunk) {
        guard chunk.isPooled else { return }
        chunk.removeAll()
        spare.offer(chunk)
    }

    /// Makes everybody end, whatever they wait for.
    func close() { for queue in pieces { queue.close() } }
}

/// The first stage of a capture: files to pieces of plain bytes, on a thread for each processor.
///
/// Opens, unpacks and goes through archives. Knows nothing of what the bytes mean. What cannot be
/// read ends its source with a reason; the other sources are read all the same.
struct Reading {
    let lanes: Lanes
    let signals: CaptureSignals
    private let folders: SiblingFolders

    /// Packed in packed in packed: deeper than this is nobody's log.
    static let deepestPacking = 4
    /// More would only wait for those who parse.
    private static let mostThreads = 8

    private var isStopping: Bool { signals.isStopping.load(ordering: .relaxed) }

    init(_ lanes: Lanes, _ signals: CaptureSignals) {
        self.lanes = lanes
        self.signals = signals
        var folders = SiblingFolders()
        for file in lanes.files where file.server == nil { folders.add(path: file.name) }
        self.folders = folders
    }

    /// Reads until there is no file left, with as many threads as that is worth.
    func run() {
        sideBySide(threads(atMost: min(lanes.files.count, Reading.mostThreads))) { _ in
            while !isStopping, let file = lanes.begin() {
                FileReading(pieces: lanes.pieces[file], lanes: lanes, signals: signals)
                    .read(lanes.files[file], folders)
                lanes.pieces[file].close()
            }
            if isStopping { lanes.close() }
        }
    }
}

/// The reading of one file.
private struct FileReading {
    let pieces: BoundedQueue<Piece>
    let lanes: Lanes
    let signals: CaptureSignals

    private var isStopping: Bool { signals.isStopping.load(ordering: .relaxed) }

    func read(_ file: FoundFile, _ folders: SiblingFolders) {
        let name = file.name
        let naming = Naming(file, folders: folders)
        do throws(ReadFailure) {
            _ = try deliver(FileSource(path: file.path, signals), name, naming, 0)
        } catch {
            _ = fail(name, naming, error)
        }
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
        if packing.isArchive {
            return try deliver(Archive(whole, packing), name, naming, depth + 1)
        }
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
            let chunk = lanes.chunk()
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
