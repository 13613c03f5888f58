import KubeAPI

/// The parts of a request that its path is made of, as bytes.
struct TargetParts {
    var group = ByteRun(start: nil, count: 0)
    var version = ByteRun(start: nil, count: 0)
    var namespace = ByteRun(start: nil, count: 0)
    var resource = ByteRun(start: nil, count: 0)
    var name = ByteRun(start: nil, count: 0)
    var subresource = ByteRun(start: nil, count: 0)

    /// Whether the path of a namespace itself: its name is recorded as its namespace, too (F1.8).
    var isNamespaceItself: Bool { resource.equals("namespaces") && namespace.equals(name) }

    /// The length of the canonical path of these parts at the start of a target that ends there
    /// or goes on with its query; nil where the target spells another path.
    func spelledLength(in target: ByteRun) -> Int? {
        var spelling = Spelling(target)
        if group.isEmpty {
            spelling.expect("/api")
        } else {
            spelling.expect("/apis")
            spelling.expect(segment: group)
        }
        spelling.expect(segment: version)
        if !namespace.isEmpty, !isNamespaceItself {
            spelling.expect("/namespaces")
            spelling.expect(segment: namespace)
        }
        spelling.expect(segment: resource)
        if !name.isEmpty { spelling.expect(segment: name) }
        if !subresource.isEmpty { spelling.expect(segment: subresource) }
        let isWhole =
            spelling.position == target.count
            || spelling.holds && target[spelling.position] == UInt8(ascii: "?")
        return spelling.holds && isWhole ? spelling.position : nil
    }
}

/// Compares a text piece by piece.
private struct Spelling {
    let text: ByteRun
    var position = 0
    var holds = true

    @inline(__always)
    init(_ text: ByteRun) { self.text = text }

    @inline(__always)
    mutating func expect(_ word: StaticString) {
        let end = position &+ word.utf8CodeUnitCount
        guard holds, end <= text.count, text.run(position..<end).equals(word) else {
            holds = false
            return
        }
        position = end
    }

    @inline(__always)
    mutating func expect(segment: ByteRun) {
        let end = position &+ 1 &+ segment.count
        guard holds, end <= text.count, text[position] == ASCII.slash,
            text.run(position &+ 1..<end).equals(segment)
        else {
            holds = false
            return
        }
        position = end
    }
}

/// Percent-decoding of a path into the one form in which paths are compared and kept.
enum PathEncoding {
    /// Decodes what is safe to decode.
    ///
    /// A peer re-encodes the decoded path (F1.42), so the recorded spelling says nothing. A server routes
    /// by the decoded path: an encoded slash separates segments like any other. An encoded question
    /// mark, percent sign or control character stays encoded: it is none of the path's own.
    static func decode(_ path: ByteRun, into out: UnsafeMutablePointer<UInt8>) -> ByteRun {
        var length = 0
        var index = 0
        while index < path.count {
            var byte = path[index]
            if byte == UInt8(ascii: "%"), index + 2 < path.count,
                let high = hexadecimal(path[index + 1]), let low = hexadecimal(path[index + 2])
            {
                let decoded = high << 4 | low
                if !mustStayEncoded(decoded) {
                    byte = decoded
                    index += 2
                }
            }
            out[length] = byte
            length += 1
            index += 1
        }
        return ByteRun(start: out, count: length)
    }

    private static func mustStayEncoded(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "%")
            || byte == UInt8(ascii: "#")
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
