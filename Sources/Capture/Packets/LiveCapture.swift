import Bytes
import Glibc
import KubeAPI
import Recording
import Wire

/// What `capture live` is told besides `PacketOptions`.
public struct LiveOptions: Sendable {
    public var interface: String
    /// In the language of libpcap; nil for every packet.
    public var filter: String?
    /// Nanoseconds; nil until somebody interrupts.
    public var duration: Int64?
    /// Where the packets are written as they are, besides.
    public var output: String?
    /// This program, for the message that says how to permit it to capture.
    public var program = "kubeskew"

    public init(interface: String) { self.interface = interface }
}

/// An interface to a recording: what `capture live` does.
///
/// One thread reads, decrypts and stores; the kernel's ring holds what comes meanwhile, and says
/// how much it had no room for. A key log is followed as it grows.
public func captureLive(
    _ live: LiveOptions, into path: String, options: PacketOptions = PacketOptions(),
    progress: (PacketProgress) -> Void = { _ in }
) throws(CaptureError) -> PacketSummary {
    let (interface, output) = try open(live, reading: [path] + (options.keyLog.map { [$0] } ?? []))
    let summary: PacketSummary
    do throws(RecordingError) {
        var session = try LiveSession(live, interface, output, path, options)
        summary = try session.run(options, progress)
    } catch {
        throw .recording(error)
    }
    if let failure = output?.failure { throw .live(.output(failure)) }
    return summary
}

private func open(
    _ live: LiveOptions, reading inputs: [String]
) throws(CaptureError) -> (interface: LiveInterface, output: PcapngWriter?) {
    do throws(LiveFailure) {
        let interface = try LiveInterface(
            live.interface, filter: live.filter, program: live.program)
        guard let path = live.output else { return (interface, nil) }
        return (
            interface, try PcapngWriter(path: path, linkType: interface.linkType, reading: inputs)
        )
    } catch {
        throw .live(error)
    }
}

/// One capture from an interface.
private struct LiveSession {
    private static let handOnEvery: Int64 = 1_000_000_000
    private static let followEvery: Int64 = 200_000_000

    private let live: LiveOptions
    private let interface: LiveInterface
    private let output: PcapngWriter?
    private let writer: RecordingWriter
    private var batches: PacketBatches
    private var follower: KeyLogFollower?
    private let source: UInt32
    private var frames: Int64 = 0
    private var lastTime: Int64 = 0

    init(
        _ live: LiveOptions, _ interface: LiveInterface, _ output: PcapngWriter?, _ path: String,
        _ options: PacketOptions
    ) throws(RecordingError) {
        self.live = live
        self.interface = interface
        self.output = output
        writer = try RecordingWriter(
            Recording(path: path, access: .create, of: .named(options.cluster)),
            inputs: ["live \(live.interface)"])
        batches = PacketBatches(writer, options)
        source = batches.names.sources.intern(live.interface)
        follower = options.keyLog.map { KeyLogFollower(path: $0) }
        batches.reader.keysAreGrowing = options.keyLog != nil
    }

    mutating func run(
        _ options: PacketOptions, _ progress: (PacketProgress) -> Void
    ) throws(RecordingError) -> PacketSummary {
        let start = monotonicTime()
        var followed: Int64 = 0
        var handedOn = start
        var isInterrupted = false
        var lost: String?
        while lost == nil {
            followKeys()
            if !readPackets() { lost = interface.failure }
            let now = monotonicTime()
            if now - followed >= LiveSession.followEvery {
                followed = now
                batches.retry()
                progress(state)
            }
            if now - handedOn >= LiveSession.handOnEvery {
                handedOn = now
                try batches.handOn(atLeast: 1)
            }
            if options.isInterrupted() { isInterrupted = true }
            if isInterrupted || now - start >= live.duration ?? .max { break }
        }
        return try finish(isInterrupted: isInterrupted, lost: lost)
    }

    private var state: PacketProgress {
        var state = PacketProgress()
        state.packets = batches.reader.statistics.packets.packets
        state.bytesRead = batches.reader.statistics.packets.bytes
        state.requests = batches.reader.statistics.http.requests
        state.dropped = interface.dropped
        return state
    }

    private mutating func followKeys() {
        follower?.read(into: &batches.reader.keys)
    }

    /// Reads a block of packets; false when the interface is gone.
    private mutating func readPackets() -> Bool {
        LiveSession.read(interface, output, source, &batches, &frames, &lastTime)
    }

    // Takes the session apart: what reads and what is read into are both its own.
    private static func read(
        _ interface: LiveInterface, _ output: PcapngWriter?, _ source: UInt32,
        _ batches: inout PacketBatches, _ frames: inout Int64, _ lastTime: inout Int64
    ) -> Bool {
        let count = interface.read { time, bytes, length in
            frames += 1
            lastTime = time
            output?.write(time: time, bytes, originalLength: length)
            batches.receive(
                CapturedPacket(
                    linkType: interface.linkType,
                    moment: Moment(time: time, frame: frames, source: source), bytes: bytes,
                    originalLength: length))
        }
        return count != nil
    }

    private mutating func finish(
        isInterrupted: Bool, lost: String?
    ) throws(RecordingError) -> PacketSummary {
        // What the ring still holds was captured in time.
        _ = readPackets()
        followKeys()
        let dropped = interface.dropped
        if dropped > 0 {
            batches.reject(
                Reject(source: source, position: 0, reason: "the kernel dropped \(dropped) packets")
            )
        }
        if let lost {
            batches.reject(Reject(source: source, position: frames, reason: lost))
        }
        let keys = output == nil ? nil : follower?.written()
        if keys?.isCut == true {
            let bytes = KeyLogFollower.mostWritten
            batches.reject(
                Reject(
                    source: source, position: frames,
                    reason: "of the key log only \(bytes) bytes are in the file of packets"))
        }
        output?.finish(dropped: dropped, keys: keys?.bytes ?? [], time: lastTime)
        // Without a duration, an interrupt is how a live capture comes to its end.
        if isInterrupted && live.duration != nil || lost != nil { writer.wasCut() }
        var summary = try batches.finish()
        summary.wire.dropped = dropped
        summary.bytesRead = summary.wire.packets.bytes
        summary.sources = 1
        summary.isInterrupted = isInterrupted
        return summary
    }
}

private func monotonicTime() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}
