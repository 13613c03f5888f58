public import Bytes

/// Percent-decoding of a path into the one form in which paths are compared and kept.
public enum PathEncoding {
    /// Decodes what is safe to decode into a buffer at least as long, and returns the length.
    ///
    /// A peer re-encodes the decoded path (F1.42), so the recorded spelling says nothing. A server
    /// routes by the decoded path: an encoded slash separates segments like any other. An encoded
    /// question mark, percent sign or control character stays encoded: it is none of the path's
    /// own.
    public static func decode(
        _ path: ByteRun, into out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var length = 0
        var index = 0
        while index < path.count {
            var byte = path[index]
            if byte == UInt8(ascii: "%"), index + 2 < path.count,
                let high = Hex.value(path[index + 1]), let low = Hex.value(path[index + 2])
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
        return length
    }

    private static func mustStayEncoded(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "%")
            || byte == UInt8(ascii: "#")
    }
}
