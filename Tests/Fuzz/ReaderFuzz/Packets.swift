import Bytes
import KubeAPI
import Wire

/// A reader of packets, and what it has read.
private struct Subject {
    var reader: WireReader
    private var names = Names()
    private var traffic = Traffic()
    private var moment: Int64 = 0

    init(_ keys: KeyLog = KeyLog()) {
        var limits = TCPLimits()
        limits.connections = 64
        limits.bytesPerConnection = 1 << 20
        reader = WireReader(keys: keys, limits: limits)
    }

    mutating func receive(_ frame: [UInt8]) {
        moment += 1_000
        frame.withUnsafeBytes {
            reader.receive(
                CapturedPacket(
                    linkType: 101, moment: Moment(time: moment, frame: moment / 1_000),
                    bytes: $0, originalLength: $0.count), names: &names, into: &traffic)
        }
    }

    mutating func read(_ file: [UInt8], step: Int) {
        var capture = CaptureFile()
        file.withUnsafeBytes { bytes in
            var start = 0
            var end = 0
            repeat {
                end = min(end + step, bytes.count)
                let used = reader.read(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<end]), of: &capture,
                    isLast: end == bytes.count, names: &names, into: &traffic)
                precondition(used >= 0 && used <= end - start, "more consumed than given")
                precondition(end < bytes.count || used == end - start, "the end was not consumed")
                start += used
            } while end < bytes.count
        }
    }

    /// What every reading must keep, whatever it was given.
    mutating func finish() {
        reader.finish(names: &names, into: &traffic)
        for request in traffic.requests {
            precondition(Int(request.resource) < names.resources.count)
            precondition(Int(request.client) < names.clients.count)
            precondition(Int(request.server) < names.servers.count)
            for text in [request.path, request.query, request.namespace, request.name] {
                precondition(Int(text) < names.strings.count)
            }
        }
        for object in traffic.objects { precondition(object.request < traffic.requests.count) }
        for deletion in traffic.deletions {
            precondition(deletion.request < traffic.requests.count)
        }
    }
}

/// The first byte says in which steps the file is read.
func captureFile(_ bytes: [UInt8]) {
    var subject = Subject()
    subject.read(Array(bytes.dropFirst()), step: 1 + Int(bytes.first ?? 0) * 61)
    subject.finish()
}

/// One connection of plain HTTP; a zero byte turns to the other side.
func plain(_ bytes: [UInt8]) {
    var subject = Subject()
    var connection = Connection()
    for (index, part) in bytes.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
        for frame in connection.frames(fromClient: index % 2 == 0, Array(part)) {
            subject.receive(frame)
        }
    }
    subject.finish()
}

/// One connection of HTTP/2 behind its preface.
///
/// Frame after frame: whose it is, type, flags, stream, two bytes of length, and so many bytes.
func frames(_ bytes: [UInt8]) {
    var subject = Subject()
    var connection = Connection()
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    for frame in connection.frames(fromClient: true, preface + settings) { subject.receive(frame) }
    for frame in connection.frames(fromClient: false, settings) { subject.receive(frame) }
    var rest = bytes[...]
    while rest.count >= 6 {
        let head = Array(rest.prefix(6))
        let payload = Array(rest.dropFirst(6).prefix(Int(head[4]) << 8 | Int(head[5])))
        rest = rest.dropFirst(6 + payload.count)
        let length = [0, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        let framed = length + [head[1], head[2], 0, 0, 0, head[3]] + payload
        for frame in connection.frames(fromClient: head[0] & 1 == 0, framed) {
            subject.receive(frame)
        }
    }
    subject.finish()
}

/// One connection of TLS, as `WireFuzz --seeds` writes it.
///
/// Two bytes of length and a key log, then piece after piece: whose it is, two bytes of length,
/// and so many bytes.
func encrypted(_ bytes: [UInt8]) {
    guard bytes.count >= 2 else { return }
    var keys = KeyLog()
    let length = Int(bytes[0]) << 8 | Int(bytes[1])
    Array(bytes.dropFirst(2).prefix(length)).withUnsafeBytes { keys.read($0) }
    var subject = Subject(keys)
    var connection = Connection()
    for frame in connection.opening() { subject.receive(frame) }
    var rest = bytes.dropFirst(2 + length)
    while rest.count >= 3 {
        let head = Array(rest.prefix(3))
        let said = Array(rest.dropFirst(3).prefix(Int(head[1]) << 8 | Int(head[2])))
        rest = rest.dropFirst(3 + said.count)
        for frame in connection.frames(fromClient: head[0] & 1 == 0, said) {
            subject.receive(frame)
        }
    }
    subject.finish()
}

/// Plain IPv4 packets of one TCP connection; it began before the capture unless it is opened.
private struct Connection {
    private var sequence: [UInt32] = [1_000, 5_000]

    mutating func frames(fromClient: Bool, _ payload: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: payload.count, by: 1_400).map { start in
            frame(fromClient ? 0 : 1, Array(payload[start..<min(start + 1_400, payload.count)]))
        }
    }

    mutating func opening() -> [[UInt8]] {
        let both = [frame(0, [], flags: 0x02), frame(1, [], flags: 0x12)]
        for side in [0, 1] { sequence[side] &+= 1 }
        return both
    }

    private mutating func frame(
        _ side: Int, _ payload: [UInt8], flags: UInt8 = 0x18
    ) -> [UInt8] {
        let ports: [UInt16] = side == 0 ? [40_000, 8_001] : [8_001, 40_000]
        let addresses: [[UInt8]] =
            side == 0 ? [[10, 0, 0, 9], [10, 0, 0, 1]] : [[10, 0, 0, 1], [10, 0, 0, 9]]
        let length = UInt16(40 + payload.count)
        var packet: [UInt8] = [0x45, 0] + big(length) + [0, 0, 0, 0, 64, 6, 0, 0]
        packet += addresses[0] + addresses[1] + big(ports[0]) + big(ports[1])
        packet += big32(sequence[side]) + big32(sequence[1 - side])
        packet += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        sequence[side] &+= UInt32(payload.count)
        return packet + payload
    }

    private func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    private func big32(_ value: UInt32) -> [UInt8] {
        big(UInt16(value >> 16)) + big(UInt16(value & 0xFFFF))
    }
}
