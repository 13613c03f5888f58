public import Bytes

/// A request path taken apart as an API server's RequestInfo does it (F1.4 to F1.10).
///
/// Holds ranges into the bytes it was parsed from, so that parsing allocates nothing.
public struct RequestPath: Sendable {
    public var isResource = false
    /// The path makes the server answer 500: `watch` or `proxy` with nothing behind it (F1.7).
    public var isMalformed = false
    /// `watch` or `proxy` as the first segment after the version becomes the verb.
    public var prefixVerb = Verb.none
    public var group = 0..<0
    public var version = 0..<0
    public var namespace = 0..<0
    public var resource = 0..<0
    public var name = 0..<0
    public var subresource = 0..<0

    /// Parses a path without its query.
    public init(_ path: ByteRun) {
        var segments = Segments(path)
        guard let prefix = segments.next() else { return }
        if path.run(prefix).equals("api") {
            guard segments.count >= 3, let version = segments.next() else { return }
            self.version = version
        } else if path.run(prefix).equals("apis") {
            guard segments.count >= 4, let group = segments.next(), let version = segments.next()
            else { return }
            self.group = group
            self.version = version
        } else {
            return
        }
        isResource = true
        parseResource(path, &segments)
    }

    private mutating func parseResource(
        _ path: ByteRun, _ segments: inout Segments
    ) {
        guard var first = segments.next() else { return }
        if path.run(first).equals("watch") || path.run(first).equals("proxy") {
            prefixVerb = path.run(first).equals("watch") ? .watch : .proxy
            guard let next = segments.next() else {
                isMalformed = true
                return
            }
            first = next
        }
        resource = first
        guard let second = segments.next() else { return }
        name = second
        if path.run(first).equals("namespaces") {
            namespace = second
            var ahead = segments
            if let third = ahead.next(),
                !path.run(third).equals("status"), !path.run(third).equals("finalize")
            {
                segments = ahead
                resource = third
                guard let fourth = segments.next() else {
                    name = 0..<0
                    return
                }
                name = fourth
            }
        }
        if prefixVerb != .proxy, let part = segments.next() { subresource = part }
    }

    /// Whether none of the query's values may be kept: it is for a service behind a proxy, or may
    /// select a token by its name.
    public func hasForeignQuery(_ path: ByteRun) -> Bool {
        prefixVerb == .proxy || path.run(subresource).equals("proxy")
            || HashedName.hides(resource: path.run(resource))
    }

    /// How much of the path may be kept: up to the subresource, where more follows.
    ///
    /// Behind a proxy stands the path of another service, with whatever its users put into it.
    public func keptLength(of path: ByteRun) -> Int {
        let end = max(resource.upperBound, name.upperBound, subresource.upperBound)
        guard isResource, end > 0, end < path.count else { return path.count }
        let goesOn = path[end...].contains { $0 != ASCII.slash }
        return goesOn ? end : path.count
    }

    /// The verb of a resource request (F1.6, F1.10); `watch` tells whether the query asks for one.
    public func verb(method: Verb, watch: Bool) -> Verb {
        guard isResource else { return method }
        if prefixVerb != .none { return prefixVerb }
        switch method {
        case .post: return .create
        case .put: return .update
        case .patch: return .patch
        case .get, .head: return !name.isEmpty ? .get : watch ? .watch : .list
        case .delete: return name.isEmpty ? .deletecollection : .delete
        default: return .none
        }
    }
}

/// The segments of a path that is trimmed of slashes at both ends; empty ones in between count.
private struct Segments {
    private let path: ByteRun
    private var position: Int
    private let end: Int
    let count: Int

    init(_ path: ByteRun) {
        var start = 0
        var end = path.count
        while start < end, path[start] == ASCII.slash { start += 1 }
        while end > start, path[end - 1] == ASCII.slash { end -= 1 }
        var count = start == end ? 0 : 1
        for index in start..<end where path[index] == ASCII.slash { count += 1 }
        self.path = path
        self.position = start
        self.end = end
        self.count = count
    }

    mutating func next() -> Range<Int>? {
        guard position < end else { return nil }
        let start = position
        while position < end, path[position] != ASCII.slash { position += 1 }
        let segment = start..<position
        position += 1
        return segment
    }
}
