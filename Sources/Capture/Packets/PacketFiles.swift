import Bytes
import Glibc
import KubeAPI
import Recording
import Synchronization
import Wire

/// Capture files to a recording: what `capture pcap` does.
///
/// Each file is read twice: first for the keys it may hold anywhere and for when it began, then for
/// its packets, in the order in which the files began, so that connections go on from one to the
/// next. Memory is one buffer and what the layers of Wire hold, whatever the files' size.
public func capturePackets(
    files paths: [String], into path: String, options: PacketOptions = PacketOptions(),
    progress: (PacketProgress) -> Void = { _ in }
) throws(CaptureError) -> PacketSummary {
    let found = try findFiles(paths.map { CaptureInput(path: $0) }, except: path)
    var keys = KeyLog()
    if let keyLog = options.keyLog {
        try readKeyLog(keyLog, into: &keys)
        if keys.isEmpty { throw .noKeys(path: keyLog) }
    }
    let signals = CaptureSignals()
    let files = found.map { scan($0, &keys) }.sorted {
        ($0.began, $0.index(in: found)) < ($1.began, $1.index(in: found))
    }
    do throws(RecordingError) {
        let writer = try RecordingWriter(
            Recording(
                path: path, access: .create, of: .named(options.cluster), journal: .inPlace),
            inputs: paths)
        var batches = PacketBatches(writer, options)
        batches.reader.keys = keys
        // Standard input cannot be read twice: its keys are those that come in time.
        batches.reader.keysAreGrowing = files.contains { $0.path == "-" }
        var state = PacketProgress(bytesTotal: found.reduce(0) { $0 + $1.size })
        var isInterrupted = false
        for file in files where !isInterrupted {
            try read(file.path, &batches, signals) { batches throws(RecordingError) in
                try batches.handOn()
                state.bytesRead = signals.bytesRead.load(ordering: .relaxed)
                state.packets = batches.reader.statistics.packets.packets
                state.requests = batches.requests
                progress(state)
                if options.isInterrupted() {
                    isInterrupted = true
                    signals.isStopping.store(true, ordering: .relaxed)
                }
            }
        }
        if isInterrupted { writer.wasCut() }
        var summary = try batches.finish(isCut: isInterrupted)
        summary.bytesRead = signals.bytesRead.load(ordering: .relaxed)
        summary.sources = files.count
        summary.isInterrupted = isInterrupted
        return summary
    } catch {
        throw .recording(error)
    }
}

/// A capture file and when its first packet was seen.
private struct ScannedFile {
    var path: String
    var began: Int64

    func index(in files: [FoundFile]) -> Int {
        files.firstIndex { $0.path == path } ?? files.count
    }
}

/// Gathers the keys that a file holds, and looks when it begins.
private func scan(_ file: FoundFile, _ keys: inout KeyLog) -> ScannedFile {
    var scanned = ScannedFile(path: file.path, began: .max)
    guard file.path != "-" else { return scanned }
    let signals = CaptureSignals()
    var capture = CaptureFile()
    var isDone = false
    // What cannot be read is said when the packets are read.
    try? eachChunk(of: file.path, signals) { chunk, isLast in
        let consumed = capture.read(chunk, isLast: isLast) { event in
            if case .packet(let packet) = event, scanned.began == .max {
                scanned.began = packet.moment.time
            }
            if case .secrets(CaptureEvent.tlsKeyLog, let lines) = event { keys.read(lines) }
        }
        isDone = scanned.began != .max && !capture.mayHoldSecrets
        return isDone ? nil : consumed
    }
    return scanned
}

private func read(
    _ path: String, _ batches: inout PacketBatches, _ signals: CaptureSignals,
    _ afterChunk: (inout PacketBatches) throws(RecordingError) -> Void
) throws(RecordingError) {
    let source = batches.names.sources.intern(path == "-" ? "stdin" : path)
    var capture = CaptureFile(source: source)
    var failure: RecordingError?
    do throws(ReadFailure) {
        try eachChunk(of: path, signals) { chunk, isLast in
            let consumed = batches.read(chunk, of: &capture, isLast: isLast)
            do throws(RecordingError) {
                try afterChunk(&batches)
            } catch {
                failure = error
                return nil
            }
            return consumed
        }
    } catch {
        batches.reject(Reject(source: source, position: capture.offset, reason: error.reason))
    }
    if let failure { throw failure }
}

/// Feeds a file to `body`, unpacked; what it leaves comes again in front of more.
///
/// `body` returns how much it used, nil to read no further.
private func eachChunk(
    of path: String, _ signals: CaptureSignals,
    _ body: (UnsafeRawBufferPointer, Bool) -> Int?
) throws(ReadFailure) {
    let source = try unpacked(path, signals)
    var capacity = 4 << 20
    var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    defer { buffer.deallocate() }
    var held = 0
    while true {
        if held == capacity {
            // A record larger than the buffer: CaptureFile bounds what it asks for.
            capacity *= 2
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: capacity, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<held]))
            buffer.deallocate()
            buffer = larger
        }
        let count = try source.fill(
            UnsafeMutableRawBufferPointer(rebasing: buffer[held..<min(held + 1 << 20, capacity)]))
        let isLast = count == 0
        // An interrupted file has no end: what is held may be half a packet.
        if isLast, signals.isStopping.load(ordering: .relaxed) { return }
        let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<(held + count)])
        guard let used = body(chunk, isLast), !isLast else { return }
        held = chunk.count - used
        if held > 0, used > 0 {
            if let base = buffer.baseAddress { memmove(base, base + used, held) }
        }
    }
}

/// A file without what it may be packed in.
private func unpacked(
    _ path: String, _ signals: CaptureSignals
) throws(ReadFailure) -> ByteSource {
    var source: ByteSource = try FileSource(path: path, signals)
    for _ in 0...Reading.deepestPacking {
        let (whole, packing) = try Packing.peek(source)
        guard let packing else { return whole }
        guard !packing.isArchive else {
            throw ReadFailure(reason: "a \(packing.rawValue) archive: unpack it first")
        }
        source = packing.unpacking(whole)
    }
    throw ReadFailure(reason: "it is packed more than \(Reading.deepestPacking) times")
}

/// Reads a whole key log; it is a few hundred bytes for each connection.
func readKeyLog(_ path: String, into keys: inout KeyLog) throws(CaptureError) {
    var follower = KeyLogFollower(path: path)
    guard follower.isReadable else {
        throw .input(path: path, reason: String(cString: strerror(errno)))
    }
    follower.read(into: &keys, isWhole: true)
}

/// A key log that may grow while it is read.
struct KeyLogFollower {
    /// No line of a key log is as long.
    private static let longestLine = 1 << 16
    /// Of a key log that is written beside the packets; a day of connections is shorter.
    static let mostWritten = 8 << 20

    private let path: String
    private var offset: off_t = 0
    private var rest: [UInt8] = []

    init(path: String) { self.path = path }

    var isReadable: Bool { access(path, R_OK) == 0 }

    /// Reads what is new; with `isWhole` also a last line that has no end.
    mutating func read(into keys: inout KeyLog, isWhole: Bool = false) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size < offset
        {
            // Begun anew.
            offset = 0
            rest = []
        }
        lseek(descriptor, offset, SEEK_SET)
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            guard count > 0 else { break }
            offset += count
            rest += block[..<count]
            let end = rest.lastIndex(of: 10).map { $0 + 1 } ?? 0
            rest[..<end].withUnsafeBytes { keys.read($0) }
            rest.removeFirst(end)
            if rest.count > KeyLogFollower.longestLine { rest = [] }
        }
        if isWhole, !rest.isEmpty {
            rest.withUnsafeBytes { keys.read($0) }
            rest = []
        }
    }

    /// The log from its beginning; what is longer than `mostWritten` is cut, and said to be.
    func written() -> (bytes: [UInt8], isCut: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return ([], false) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= KeyLogFollower.mostWritten {
            let count = Glibc.read(descriptor, &block, block.count)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return (
            Array(bytes.prefix(KeyLogFollower.mostWritten)),
            bytes.count > KeyLogFollower.mostWritten
        )
    }
}
