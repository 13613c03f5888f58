import Bytes

/// How a body is delimited (RFC 9112 section 6).
enum BodyLength: Equatable {
    case none
    case counted(Int)
    case chunked
    case untilClose
    /// Lengths that contradict each other or are none.
    case invalid
}

/// Parses a head that is whole, without the empty line behind it.
enum HTTP1Message {
    static func parseRequest(_ bytes: UnsafeRawBufferPointer, into head: inout Head) -> Bool {
        let line = firstLine(bytes)
        guard let space = line.firstPlace(of: 32), space > 0,
            let second = line.firstPlace(of: 32, from: space + 1), second > space + 1,
            line.tail(second + 1).starts(with: "HTTP/1."), line.count == second + 9,
            isToken(line.part(0, space))
        else { return false }
        head.setMethod(line.part(0, space))
        head.setTarget(line.part(space + 1, second - space - 1))
        return parseFields(bytes, into: &head)
    }

    static func parseResponse(_ bytes: UnsafeRawBufferPointer, into head: inout Head) -> Bool {
        let line = firstLine(bytes)
        guard isStatusLine(line) else { return false }
        head.status = Int(line[9] - 48) * 100 + Int(line[10] - 48) * 10 + Int(line[11] - 48)
        return parseFields(bytes, into: &head)
    }

    static func isStatusLine(_ line: UnsafeRawBufferPointer) -> Bool {
        line.count >= 12 && line.starts(with: "HTTP/1.") && line[8] == 32
            && (49...53).contains(line[9]) && (48...57).contains(line[10])
            && (48...57).contains(line[11]) && (line.count == 12 || line[12] == 32)
    }

    /// A slice that begins like a request: `METHOD /…` or `METHOD http…`.
    static func looksLikeRequest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let space = bytes.part(0, 24).firstPlace(of: 32), space >= 3,
            bytes.count > space + 1
        else { return false }
        let next = bytes[space + 1]
        guard next == UInt8(ascii: "/") || next == UInt8(ascii: "h") || next == UInt8(ascii: "*")
        else { return false }
        for index in 0..<space where bytes[index] < 65 || bytes[index] > 90 { return false }
        return true
    }

    static func bodyLength(
        _ head: borrowing Head, isResponse: Bool, toHead: Bool, toConnect: Bool
    ) -> BodyLength {
        if isResponse {
            if toHead || head.status < 200 || head.status == 204 || head.status == 304 {
                return .none
            }
            if toConnect, head.status < 300 { return .untilClose }
        }
        var isChunked = false
        var other = false
        head.eachValue(.transferEncoding) { value in
            // The last coding decides where the body ends.
            let last = value.tail(lastComma(value) + 1).trimmed()
            isChunked = last.equalsIgnoringCase("chunked")
            other = !isChunked
        }
        if isChunked { return .chunked }
        if other { return isResponse ? .untilClose : .invalid }
        var length: Int?
        var isValid = true
        head.eachValue(.contentLength) { value in
            guard let number = decimal(value), length == nil || length == number else {
                isValid = false
                return
            }
            length = number
        }
        guard isValid else { return .invalid }
        if let length { return length == 0 ? .none : .counted(length) }
        return isResponse ? .untilClose : .none
    }

    private static func lastComma(_ value: UnsafeRawBufferPointer) -> Int {
        var last = -1
        while let next = value.firstPlace(of: 44, from: last + 1) { last = next }
        return last
    }

    static func decimal(_ digits: UnsafeRawBufferPointer) -> Int? {
        guard (1...18).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }

    /// The size of a chunk, in hex, in front of its extensions.
    static func chunkSize(_ line: UnsafeRawBufferPointer) -> Int? {
        let digits = line.part(0, line.firstPlace(of: UInt8(ascii: ";")) ?? line.count).trimmed()
        guard (1...15).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard let nibble = Hex.value(digit) else { return nil }
            value = value << 4 | Int(nibble)
        }
        return value
    }

    private static func firstLine(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        withoutReturn(bytes.part(0, bytes.firstPlace(of: 10) ?? bytes.count))
    }

    static func withoutReturn(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        line.byte(line.count - 1) == 13 ? line.part(0, line.count - 1) : line
    }

    private static func parseFields(
        _ bytes: UnsafeRawBufferPointer, into head: inout Head
    ) -> Bool {
        guard var at = bytes.firstPlace(of: 10).map({ $0 + 1 }) else { return true }
        while at < bytes.count {
            let end = bytes.firstPlace(of: 10, from: at) ?? bytes.count
            let line = withoutReturn(bytes.part(at, end - at))
            at = end + 1
            if line.isEmpty { continue }
            // A folded line continues a field; none that is read may be folded.
            if line[0] == 32 || line[0] == 9 { continue }
            guard let colon = line.firstPlace(of: 58), colon > 0 else { return false }
            if let field = HeaderField(line.part(0, colon)) {
                head.add(field, line.tail(colon + 1).trimmed())
            }
        }
        return true
    }

    private static func isToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte <= 32 || byte >= 127 || byte == 58 || byte == 47 {
            return false
        }
        return true
    }

    /// The end of a head: the place behind its empty line.
    static func headEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var at = max(0, start - 3)
        while let end = bytes.firstPlace(of: 10, from: at) {
            if bytes.byte(end + 1) == 10, end + 1 < bytes.count { return end + 2 }
            if bytes.byte(end + 1) == 13, bytes.byte(end + 2) == 10, end + 2 < bytes.count {
                return end + 3
            }
            at = end + 1
        }
        return nil
    }
}
