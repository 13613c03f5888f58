/// An IP address; version 4 is held as its mapped form, `::ffff:a.b.c.d`.
public struct Address: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public init(v4 address: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address))
    }

    /// Reads dotted version 4, or version 6 with at most one `::`; nil for anything else.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let address = Address.version6(text) else { return nil }
            self = address
            return
        }
        guard let address = Address.version4(text) else { return nil }
        self.init(v4: address)
    }

    public var isVersion4: Bool { high == 0 && low >> 32 == 0xFFFF }

    public var description: String {
        if isVersion4 {
            return (0..<4).map { String((low >> UInt64(24 - $0 * 8)) & 0xFF) }
                .joined(separator: ".")
        }
        return version6Text
    }

    public static func < (left: Address, right: Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func version4(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard part.count <= 3, part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                let byte = UInt8(part)
            else { return nil }
            address = address << 8 | UInt32(byte)
        }
        return address
    }

    private static func version6(_ text: String) -> Address? {
        var halves: [[UInt16]] = [[]]
        var rest = text[...]
        if rest.hasPrefix("::") { rest = rest.dropFirst(1) }
        for part in rest.split(separator: ":", omittingEmptySubsequences: false) {
            if part.isEmpty {
                if halves.count == 2, rest == ":" || rest.hasSuffix("::") { continue }
                guard halves.count == 1 else { return nil }
                halves.append([])
            } else if part.utf8.contains(UInt8(ascii: ".")) {
                guard let tail = version4(String(part)) else { return nil }
                halves[halves.count - 1] += [
                    UInt16(tail >> 16), UInt16(truncatingIfNeeded: tail),
                ]
            } else {
                guard part.count <= 4, let group = UInt16(part, radix: 16) else { return nil }
                halves[halves.count - 1].append(group)
            }
        }
        let count = halves.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? count <= 7 : count == 8 else { return nil }
        var groups = halves[0]
        if halves.count == 2 {
            groups += [UInt16](repeating: 0, count: 8 - count) + halves[1]
        }
        let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return Address(high: high, low: low)
    }

    /// The recommended text of RFC 5952: lower case, the longest run of zeros as `::`.
    private var version6Text: String {
        let groups = (0..<8).map {
            UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - $0 % 4 * 16))
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let hex = groups.map { String($0, radix: 16) }
        if best.isEmpty { return hex.joined(separator: ":") }
        return hex[..<best.lowerBound].joined(separator: ":") + "::"
            + hex[best.upperBound...].joined(separator: ":")
    }
}

/// An address and a port.
public struct Endpoint: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public var address: Address
    public var port: UInt16

    public init(address: Address, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `10.0.0.1:6443` or `[fd00::1]:6443`.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard isBracketed == host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        guard let address = Address(String(host)) else { return nil }
        self.init(address: address, port: port)
    }

    public var description: String {
        address.isVersion4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }

    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}
