import Bytes
import KubeAPI
import Testing

@testable import Wire

/// Limits of TLS at their edge: the last that is read, and the first that is not.
struct TLSEdgeTests {
    private static let now = Moment(time: 0, frame: 0)

    /// What becomes of a connection whose client says so.
    private static func failure(_ bytes: [UInt8]) -> Undecryptable? {
        var tls = TLSConnection()
        bytes.withUnsafeBytes { tls.receive(.fromClient, $0, now, keys: KeyLog()) { _ in } }
        return tls.failure
    }

    @Test("a record has the length that RFC 8446 allows", arguments: [18_432, 18_433])
    func record(length: Int) {
        let failure = Self.failure([22, 3, 1] + Frames.big16(length))
        #expect(failure == (length == 18_432 ? nil : .notTLS))
    }

    @Test("a message of the handshake has 128 kilobytes at most", arguments: [0, 1])
    func handshake(excess: Int) {
        let length = (1 << 17) - 4 + excess
        let message = [1, UInt8(length >> 16)] + Frames.big16(length & 0xFFFF)
        let failure = Self.failure([22, 3, 1, 0, 4] + message)
        #expect(failure == (excess == 0 ? nil : .handshakeIncomplete))
    }

    private typealias Said = (direction: Direction, bytes: [UInt8])

    /// The first connection of the capture, as segments.
    private static func connection() throws -> (said: [Said], keys: KeyLog) {
        let list = PacketList(try Fixture.file("tls.pcapng"))
        let client = try #require(list.segments.first?.source)
        let said = list.segments.filter { $0.source == client || $0.destination == client }
            .filter { !$0.payload.isEmpty }
            .map { ($0.source == client ? Direction.fromClient : .fromServer, $0.payload) }
        return (said, list.keys)
    }

    /// What of it comes before its keys are asked for.
    private static func hellos() throws -> [Said] {
        var tls = TLSConnection()
        var hellos: [Said] = []
        for (direction, bytes) in try connection().said where !tls.isWaitingForKeys {
            hellos.append((direction, bytes))
            bytes.withUnsafeBytes {
                tls.receive(direction, $0, now, keys: KeyLog(), isGrowing: true) { _ in }
            }
        }
        #expect(tls.isWaitingForKeys)
        return hellos
    }

    @Test("while keys are awaited 256 kilobytes are held", arguments: [0, 1])
    func held(excess: Int) throws {
        var tls = TLSConnection()
        func receive(_ direction: Direction, _ bytes: [UInt8]) {
            bytes.withUnsafeBytes {
                tls.receive(direction, $0, Self.now, keys: KeyLog(), isGrowing: true) { _ in }
            }
        }
        for (direction, bytes) in try Self.hellos() { receive(direction, bytes) }
        #expect(tls.isWaitingForKeys && tls.failure == nil)
        receive(.fromServer, [UInt8](repeating: 0, count: (256 << 10) - tls.heldBytes + excess))
        #expect(tls.failure == (excess == 0 ? nil : .noKeys))
    }

    @Test("to find back into step, so many bytes of records are tried", arguments: [0, 1])
    func tried(short: Int) throws {
        let (said, keys) = try Self.connection()
        var tls = TLSConnection()
        for (direction, bytes) in said {
            bytes.withUnsafeBytes { tls.receive(direction, $0, Self.now, keys: keys) { _ in } }
        }
        #expect(tls.failure == nil)
        let cipher = try #require(tls.halves.1.cipher)
        let next = tls.nextCipher(tls.halves.1, .fromServer, keys)
        // A record that opens by no key: with each, one of three numbers may be its own.
        let length = 100
        #expect(cipher.sequence > 0)
        tls.halves.1.trials = 3 * length * (next == nil ? 1 : 2) - short
        tls.gap(.fromServer, 22, Self.now) { _ in }
        let record: [UInt8] = [23, 3, 3, 0, UInt8(length)] + [UInt8](repeating: 7, count: length)
        record.withUnsafeBytes {
            tls.receive(.fromServer, $0, Self.now, keys: keys) { _ in }
        }
        #expect(tls.failure == (short == 0 ? nil : .lostTrack))
    }

    /// Packets of many connections that say the same; with a reset at the end of each.
    private static func packets(_ count: Int, _ said: [Said]) -> PacketList {
        var list = PacketList()
        func add(_ direction: Direction, _ tcp: [UInt8]) {
            var ip = Frames.ipv4(tcp)
            if direction == .fromServer {
                ip.replaceSubrange(12..<20, with: [10, 0, 0, 1, 10, 0, 0, 9])
            }
            let number = Int64(list.packets.count)
            list.packets.append(
                PacketList.Packet(
                    linkType: 101, moment: Moment(time: number * 1_000, frame: number + 1),
                    bytes: ip, originalLength: ip.count))
        }
        for port in 10_000..<10_000 + count {
            var next = [1_000, 5_000]
            func tcp(_ side: Int, _ flags: TCPFlags) -> [UInt8] {
                Frames.tcp(
                    from: side == 0 ? port : 6_443, to: side == 0 ? 6_443 : port,
                    sequence: next[side], acknowledgment: flags == [.syn] ? 0 : next[1 - side],
                    flags: flags)
            }
            add(.fromClient, tcp(0, [.syn]))
            next[0] += 1
            add(.fromServer, tcp(1, [.syn, .ack]))
            next[1] += 1
            for (direction, bytes) in said {
                let side = direction == .fromClient ? 0 : 1
                add(direction, tcp(side, [.ack]) + bytes)
                next[side] += bytes.count
            }
            add(.fromClient, tcp(0, [.rst, .ack]))
        }
        return list
    }

    @Test("a thousand connections are listed, and all are counted", arguments: [1_000, 1_001])
    func listed(count: Int) {
        let record: [UInt8] = [23, 3, 3, 0, 32] + [UInt8](repeating: 7, count: 32)
        let reading = Self.packets(count, [(.fromClient, record)]).reading()
        #expect(reading.undecryptable.count == 1_000)
        #expect(reading.traffic.rejects.count == 1_000)
        #expect(reading.statistics.undecryptableConnections == count)
    }

    @Test("five hundred connections that are over wait for their keys", arguments: [512, 513])
    func lingering(count: Int) throws {
        var names = Names()
        var traffic = Traffic()
        var reader = WireReader()
        reader.keysAreGrowing = true
        for packet in Self.packets(count, try Self.hellos()).packets {
            packet.bytes.withUnsafeBytes { bytes in
                reader.receive(
                    CapturedPacket(
                        linkType: packet.linkType, moment: packet.moment, bytes: bytes,
                        originalLength: packet.originalLength), names: &names, into: &traffic)
            }
        }
        #expect(reader.undecryptable.count == count - 512)
        reader.finish(names: &names, into: &traffic)
        #expect(reader.undecryptable.count == count)
    }

    @Test("a key log that is full counts what it does not take")
    func secrets() {
        var log = KeyLog(mostSecrets: 2)
        let random = String(repeating: "ab", count: 32)
        let labels = ["CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"]
        for label in labels + labels {
            Array("\(label) \(random) 0102".utf8).withUnsafeBytes { log.read($0) }
        }
        #expect(log.count == 2)
        #expect(log.unreadSecrets == 2)
        #expect(log.rejectedLines == 0)
    }
}
