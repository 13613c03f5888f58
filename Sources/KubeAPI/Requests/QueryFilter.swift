public import Bytes

/// Keeps of a query string what is the API's own, and of the rest the names alone.
///
/// The commands of an exec or the token of a proxied service are nobody's business here. Keys are
/// compared as they are written: one that is percent-encoded counts as foreign. Used by whatever
/// reads requests, so that every source keeps the same.
public struct QueryFilter: Sendable {
    /// What the last query said that bears on the meaning of the request.
    public struct Facts: Sendable {
        /// It asks for a rehearsal that changes nothing.
        public var isDryRun = false
        /// It asks for a watch (F1.10).
        public var asksForWatch = false
        /// What the query of a delete asks for, in either form.
        public var propagation = Deletion.Propagation.none
        /// The id of the one name that a field selector asks for (F1.10), as it is written.
        public var selectedName: Range<Int>?

        public init() {}
    }

    public private(set) var facts = Facts()
    private var isForeign = false
    private var known = Interner(minimumCapacity: 256)
    private var filtered: [UInt8] = []

    // The first five are looked at; the order of the others is nothing.
    private static let lastNoted = 5
    private static let names = [
        "watch", "dryRun", "propagationPolicy", "orphanDependents", "fieldSelector",
        "labelSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch",
        "timeoutSeconds", "timeout", "allowWatchBookmarks", "sendInitialEvents",
        "gracePeriodSeconds", "fieldManager", "fieldValidation", "force", "pretty", "follow",
        "tailLines", "container", "previous", "sinceSeconds", "sinceTime", "limitBytes",
        "timestamps", "insecureSkipTLSVerifyBackend", "stream", "stdin", "stdout", "stderr", "tty",
        "ports", "exact", "export", "includeUninitialized", "includeObject", "shardSelector",
        "preconditions.uid", "preconditions.resourceVersion", "kind", "apiVersion",
        "ignoreStoreReadErrorWithClusterBreakingPotential", "verbose", "exclude", "separator",
    ]

    public init() {
        for name in QueryFilter.names { _ = known.intern(name) }
    }

    /// Passes on the part of a query that may be kept: the query given, or a shorter one.
    ///
    /// A foreign query is for a service behind a proxy: none of its values may be kept.
    public mutating func keep<R>(
        _ query: ByteRun, isForeign: Bool = false, _ body: (ByteRun) -> R
    ) -> R {
        facts = Facts()
        self.isForeign = isForeign
        var start = 0
        while start < query.count {
            let end = start + query.run(start..<query.count).find(UInt8(ascii: "&"))
            if !look(at: start..<end, of: query) {
                rewrite(query)
                return filtered.withUnsafeBufferPointer(body)
            }
            start = end + 1
        }
        return body(query)
    }

    /// Notes what a pair says; false where only its name may be kept.
    private mutating func look(at place: Range<Int>, of query: ByteRun) -> Bool {
        if isForeign { return place.isEmpty }
        let pair = query.run(place)
        let equals = pair.find(UInt8(ascii: "="))
        guard let name = known.find(pair.run(0..<equals)) else { return false }
        // A value without a name may be anything.
        guard name != 0 || equals == pair.count else { return false }
        let value = Swift.min(place.lowerBound + equals + 1, place.upperBound)..<place.upperBound
        // Go drops a pair with a semicolon in it; what follows may be anything.
        guard query.run(value).find(UInt8(ascii: ";")) == value.count else { return false }
        if name <= QueryFilter.lastNoted { note(name, value, of: query) }
        return true
    }

    private mutating func note(_ name: UInt32, _ place: Range<Int>, of query: ByteRun) {
        let value = query.run(place)
        switch name {
        case 1: facts.asksForWatch = QueryFilter.isTrue(value)
        case 2: facts.isDryRun = facts.isDryRun || !value.isEmpty
        case 3: facts.propagation = Deletion.Propagation(policy: value)
        case 4 where facts.propagation == .none:
            facts.propagation = Deletion.Propagation(orphans: QueryFilter.isTrue(value))
        case 5: facts.selectedName = selectedName(place, of: query)
        default: break
        }
    }

    /// How an API server reads a truth in a query: whatever is not `0` or `false` is true.
    private static func isTrue(_ value: ByteRun) -> Bool {
        !value.equals("0") && !value.equalsIgnoringCase("false")
    }

    /// The value of `metadata.name=x`, alone, with its equals sign plain or encoded.
    private func selectedName(_ place: Range<Int>, of query: ByteRun) -> Range<Int>? {
        let selector = query.run(place)
        for start in ["metadata.name%3D", "metadata.name=", "metadata.name%3d"] as [StaticString]
        where selector.hasPrefix(start) && selector.count > start.utf8CodeUnitCount {
            let name = place.lowerBound + start.utf8CodeUnitCount..<place.upperBound
            let isPlain = query.run(name).allSatisfy {
                $0 != UInt8(ascii: "%") && $0 != ASCII.comma && $0 != UInt8(ascii: "=")
                    && $0 != ASCII.slash && $0 != UInt8(ascii: "+")
            }
            return isPlain ? name : nil
        }
        return nil
    }

    private mutating func rewrite(_ query: ByteRun) {
        filtered.removeAll(keepingCapacity: true)
        var start = 0
        while start < query.count {
            let end = start + query.run(start..<query.count).find(UInt8(ascii: "&"))
            if start > 0 { filtered.append(UInt8(ascii: "&")) }
            let pair = query.run(start..<end)
            filtered.append(
                contentsOf: look(at: start..<end, of: query) ? pair : pair.run(0, pair.nameLength))
            start = end + 1
        }
    }
}

extension ByteRun {
    /// The bytes in front of anything that could be a value; 0 where all of it could be one.
    ///
    /// A word alone or a long one may be a value itself.
    fileprivate var nameLength: Int {
        let length = Swift.min(find(UInt8(ascii: "=")), find(UInt8(ascii: ";")))
        return length < count && length <= 64 ? length : 0
    }
}
