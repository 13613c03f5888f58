public import Bytes

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
        of path: ByteRun, _ body: (ByteRun) -> R
    ) -> R {
        guard !isResource, !RequestPath.isKnown(path) else {
            return body(path.run(0, keptLength(of: path)))
        }
        return RequestPath.outline(of: path).withUnsafeBufferPointer(body)
    }

    /// Paths of API servers that are no resource requests, by their first segment.
    private static let known: [StaticString] = [
        "healthz", "livez", "readyz", "api", "apis", "openapi", "version", "metrics", "openid",
        ".well-known", "flagz", "statusz", "debug", "swagger.json", "swaggerapi", "swagger-ui",
        "ui", "favicon.ico", "index.html", "robots.txt",
    ]

    private static func isKnown(_ path: ByteRun) -> Bool {
        guard path.count <= longestKnown else { return false }
        guard path.count > 1 else { return true }
        let first = path.run(1..<(path.index(of: ASCII.slash, from: 1) ?? path.count))
        let isListed = known.contains { first.equals($0) }
        return path[0] == ASCII.slash && isListed && !leadsUp(path)
    }

    /// Whether a segment is `.` or `..`: the path may then be anything.
    private static func leadsUp(_ path: ByteRun) -> Bool {
        path.split(separator: ASCII.slash).contains { segment in
            segment.count <= 2 && segment.allSatisfy { $0 == ASCII.dot }
        }
    }

    /// The first segments, and a hash in the place of everything else.
    private static func outline(of path: ByteRun) -> [UInt8] {
        let segments = path.split(separator: ASCII.slash)
        let plain = segments.prefix(plainSegments).prefix { $0.count <= longestSegment }
        var kept: [UInt8] = []
        for segment in plain { kept += [ASCII.slash] + segment }
        if plain.count < segments.count { kept += "/\(HashedName.text(of: path))".utf8 }
        return kept.isEmpty ? [ASCII.slash] : kept
    }
}

/// Stands for a text that must not be kept: equal texts get equal names, and no more is told.
public enum HashedName {
    public static func text(of bytes: ByteRun) -> String {
        "~" + Hex.text(byteHash(bytes), digits: 16)
    }

    /// Whether the names of a resource are secrets themselves: bearer tokens of OpenShift.
    public static func hides(resource: ByteRun) -> Bool {
        // Every other plural is told by its length and its last letters.
        guard resource.count >= 17, resource.last == UInt8(ascii: "s") else { return false }
        return secretPlurals.contains { resource.elementsEqual($0.utf8) }
    }

    private static let secretPlurals = [
        "oauthaccesstokens", "oauthauthorizetokens", "useroauthaccesstokens",
    ]
}

extension Interner {
    /// Interns what stands for a name that must not be kept.
    public mutating func intern(hashing name: ByteRun) -> UInt32 {
        name.isEmpty ? 0 : intern(HashedName.text(of: name))
    }
}
