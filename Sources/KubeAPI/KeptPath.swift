import Bytes

/// What of a request path may be kept, decided on the path as a server understands it.
///
/// A resource request keeps what names its resource; what an API server itself serves beside
/// resources is kept whole. Any other path belongs to somebody else (a prefix of a gateway, a
/// service behind a proxy) and may hold whatever its users put there: its first segments stay, and
/// a hash that tells one path from another.
extension RequestPath {
    /// An unknown path keeps so many segments in front, each up to so many bytes.
    private static let plainSegments = 2
    private static let longestSegment = 40
    /// The longest path that servers have beside resources is a fifth of it.
    private static let longestKnown = 256

    /// Passes on what may be kept of the path that this was parsed from.
    public func keep<R>(
        of path: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> R
    ) -> R {
        guard !isResource, !RequestPath.isKnown(path) else {
            return body(UnsafeBufferPointer(rebasing: path[..<keptLength(of: path)]))
        }
        return RequestPath.outline(of: path).withUnsafeBufferPointer(body)
    }

    /// Paths of API servers that are no resource requests, by their first segment.
    private static let known: [StaticString] = [
        "healthz", "livez", "readyz", "api", "apis", "openapi", "version", "metrics", "openid",
        ".well-known", "flagz", "statusz", "debug", "swagger.json", "swaggerapi", "swagger-ui",
        "ui", "favicon.ico", "index.html", "robots.txt",
    ]

    private static func isKnown(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        guard path.count <= longestKnown else { return false }
        guard path.count > 1 else { return true }
        let end = path.dropFirst().firstIndex(of: UInt8(ascii: "/")) ?? path.count
        let first = UnsafeBufferPointer(rebasing: path[1..<end])
        let isListed = known.contains { word in
            word.utf8CodeUnitCount == first.count
                && first.elementsEqual(
                    UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        }
        return path[0] == UInt8(ascii: "/") && isListed && !leadsUp(path)
    }

    /// Whether a segment is `.` or `..`: the path may then be anything.
    private static func leadsUp(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        path.split(separator: UInt8(ascii: "/")).contains { segment in
            segment.count <= 2 && segment.allSatisfy { $0 == UInt8(ascii: ".") }
        }
    }

    /// The first segments, and a hash in the place of everything else.
    private static func outline(of path: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let segments = path.split(separator: UInt8(ascii: "/"))
        let plain = segments.prefix(plainSegments).prefix { $0.count <= longestSegment }
        var kept: [UInt8] = []
        for segment in plain { kept += [UInt8(ascii: "/")] + segment }
        if plain.count < segments.count { kept += "/\(HashedName.text(of: path))".utf8 }
        return kept.isEmpty ? [UInt8(ascii: "/")] : kept
    }
}

/// Stands for a text that must not be kept: equal texts get equal names, and no more is told.
public enum HashedName {
    public static func text(of bytes: UnsafeBufferPointer<UInt8>) -> String {
        let digits = String(byteHash(bytes), radix: 16)
        return "~" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether the names of a resource are secrets themselves: bearer tokens of OpenShift.
    public static func hides(resource: UnsafeBufferPointer<UInt8>) -> Bool {
        // Every other plural is told by its length and its last letters.
        guard resource.count >= 17, resource.last == UInt8(ascii: "s") else { return false }
        return secretPlurals.contains { resource.elementsEqual($0.utf8) }
    }

    private static let secretPlurals = [
        "oauthaccesstokens", "oauthauthorizetokens", "useroauthaccesstokens",
    ]
}
