import Bytes

/// The secrets of an NSS key log, by the random of the ClientHello they belong to.
///
/// Whoever reads a file gathers all of its keys before the packets; a live log grows while packets
/// wait. Lines that are no secrets are passed over and counted.
public struct KeyLog: Sendable {
    /// What a line of the log gives.
    enum Label: UInt8, CaseIterable {
        case master, clientHandshake, serverHandshake, clientTraffic, serverTraffic, earlyTraffic
    }

    struct Random: Hashable, Sendable {
        var words: SIMD4<UInt64>

        init(_ bytes: UnsafeRawBufferPointer) {
            words = SIMD4(bytes.big64(0), bytes.big64(8), bytes.big64(16), bytes.big64(24))
        }
    }

    private struct Key: Hashable {
        var random: Random
        var label: Label
    }

    /// A log that grows beyond this holds its first secrets.
    public static let mostSecrets = 1 << 20

    private let mostSecrets: Int
    private var secrets: [Key: [UInt8]] = [:]
    /// Lines that held neither a secret nor a comment.
    public private(set) var rejectedLines = 0
    /// Secrets that came when the log was full.
    public private(set) var unreadSecrets = 0
    /// Grows with every secret: tells whether it is worth to look again.
    public private(set) var generation = 0

    public init(mostSecrets: Int = KeyLog.mostSecrets) { self.mostSecrets = mostSecrets }

    public var isEmpty: Bool { secrets.isEmpty }
    public var count: Int { secrets.count }

    /// Reads whole lines; the last may lack its line end.
    public mutating func read(_ text: UnsafeRawBufferPointer) {
        var at = 0
        while at < text.count {
            let end = text.firstPlace(of: 10, from: at) ?? text.count
            readLine(text.part(at, end - at))
            at = end + 1
        }
    }

    //     LABEL <64 hex digits of the client random> <secret in hex>
    private mutating func readLine(_ line: UnsafeRawBufferPointer) {
        var line = line
        if line.byte(line.count - 1) == 13 { line = line.part(0, line.count - 1) }
        line = line.trimmed()
        if line.isEmpty || line[0] == UInt8(ascii: "#") { return }
        guard let first = line.firstPlace(of: 32),
            let second = line.firstPlace(of: 32, from: first + 1),
            let random = bytes(hex: line.part(first + 1, second - first - 1)),
            let secret = bytes(hex: line.tail(second + 1).trimmed()), random.count == 32,
            (1...64).contains(secret.count)
        else {
            rejectedLines += 1
            return
        }
        guard let label = KeyLog.label(line.part(0, first)) else { return }
        let key = Key(random: random.withUnsafeBytes { Random($0) }, label: label)
        guard secrets[key] == nil else { return }
        guard secrets.count < mostSecrets else { return unreadSecrets += 1 }
        secrets[key] = secret
        generation += 1
    }

    private static func label(_ name: UnsafeRawBufferPointer) -> Label? {
        switch name.text {
        case "CLIENT_RANDOM": .master
        case "CLIENT_HANDSHAKE_TRAFFIC_SECRET": .clientHandshake
        case "SERVER_HANDSHAKE_TRAFFIC_SECRET": .serverHandshake
        case "CLIENT_TRAFFIC_SECRET_0": .clientTraffic
        case "SERVER_TRAFFIC_SECRET_0": .serverTraffic
        case "CLIENT_EARLY_TRAFFIC_SECRET": .earlyTraffic
        default: nil
        }
    }

    private func bytes(hex digits: UnsafeRawBufferPointer) -> [UInt8]? {
        guard digits.count % 2 == 0, digits.count <= 256 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Hex.value(digits[index]), let low = Hex.value(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    func secret(_ label: Label, of random: Random) -> [UInt8]? {
        secrets[Key(random: random, label: label)]
    }
}
