import Bytes

/// Keeps of a query string what is the API's own, and of the rest the names alone.
///
/// The commands of an exec or the token of a proxied service are nobody's business here. Keys are
/// compared as they are written: one that is percent-encoded counts as foreign. Used by whatever
/// reads requests, so that every source keeps the same.
public struct QueryFilter: Sendable {
    public typealias Text = UnsafeBufferPointer<UInt8>

    /// What the last query said that bears on the meaning of the request.
    public struct Facts: Sendable {
        /// It asks for a rehearsal that changes nothing.
        public var isDryRun = false
        /// It asks for a watch (F1.10).
        public var asksForWatch = false
        /// The older forms of delete options.
        public var propagation = Deletion.Propagation.none
        /// A delete that says one of them.
        public var saysPropagation = false
        /// The id of the one name that a field selector asks for (F1.10), as it is written.
        public var selectedName: Range<Int>?
    }

    public private(set) var facts = Facts()
    private var isForeign = false
    private var known = Interner(minimumCapacity: 256)
    private var filtered: [UInt8] = []

    private static let names = [
        "watch", "dryRun", "propagationPolicy", "orphanDependents", "labelSelector",
        "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch",
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
        _ query: Text, isForeign: Bool = false, _ body: (Text) -> R
    ) -> R {
        facts = Facts()
        self.isForeign = isForeign
        var start = 0
        while start < query.count {
            let end = find(UInt8(ascii: "&"), in: query, start, query.count)
            if !look(at: start..<end, of: query) {
                rewrite(query)
                return filtered.withUnsafeBufferPointer(body)
            }
            start = end + 1
        }
        return body(query)
    }

    /// Notes what a pair says; false where only its name may be kept.
    private mutating func look(at pair: Range<Int>, of query: Text) -> Bool {
        if isForeign { return pair.isEmpty }
        let equals = find(UInt8(ascii: "="), in: query, pair.lowerBound, pair.upperBound)
        let name = known.find(Text(rebasing: query[pair.lowerBound..<equals]))
        guard equals < pair.upperBound else { return name != nil || pair.isEmpty }
        guard let name else { return false }
        let value = equals + 1..<pair.upperBound
        // Go drops a pair with a semicolon in it; what follows may be anything.
        guard
            find(UInt8(ascii: ";"), in: query, value.lowerBound, value.upperBound)
                == value.upperBound
        else { return false }
        note(name, value, of: query)
        return true
    }

    private mutating func note(_ name: UInt32, _ range: Range<Int>, of query: Text) {
        let value = Text(rebasing: query[range])
        switch name {
        case 1:
            facts.asksForWatch =
                !value.elementsEqual("false".utf8) && !value.elementsEqual("0".utf8)
        case 2: facts.isDryRun = facts.isDryRun || !value.isEmpty
        case 3:
            facts.propagation = Deletion.Propagation(policy: value)
            facts.saysPropagation = facts.propagation != .none
        case 4 where facts.propagation == .none:
            if value.elementsEqual("true".utf8) || value.elementsEqual("1".utf8) {
                facts.propagation = .orphan
            } else if value.elementsEqual("false".utf8) || value.elementsEqual("0".utf8) {
                facts.propagation = .background
            }
            facts.saysPropagation = facts.propagation != .none
        case 6: facts.selectedName = selectedName(range, of: query)
        default: break
        }
    }

    /// The value of `metadata.name=x`, alone, with its equals sign plain or encoded.
    private func selectedName(_ range: Range<Int>, of query: Text) -> Range<Int>? {
        for start in ["metadata.name%3D", "metadata.name=", "metadata.name%3d"] {
            let length = start.utf8.count
            guard range.count > length,
                query[range.lowerBound..<range.lowerBound + length].elementsEqual(start.utf8)
            else { continue }
            let name = range.lowerBound + length..<range.upperBound
            let isPlain = query[name].allSatisfy {
                $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
                    && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "+")
            }
            return isPlain ? name : nil
        }
        return nil
    }

    private mutating func rewrite(_ query: Text) {
        filtered.removeAll(keepingCapacity: true)
        var start = 0
        while start < query.count {
            let end = find(UInt8(ascii: "&"), in: query, start, query.count)
            if start > 0 { filtered.append(UInt8(ascii: "&")) }
            let kept = look(at: start..<end, of: query) ? end : nameEnd(start..<end, of: query)
            filtered.append(contentsOf: query[start..<kept])
            start = end + 1
        }
    }

    /// Where a foreign name ends; a word alone or a long one may be a value itself.
    private func nameEnd(_ pair: Range<Int>, of query: Text) -> Int {
        let end = min(
            find(UInt8(ascii: "="), in: query, pair.lowerBound, pair.upperBound),
            find(UInt8(ascii: ";"), in: query, pair.lowerBound, pair.upperBound))
        let isName = end < pair.upperBound && end - pair.lowerBound <= 64
        return isName ? end : pair.lowerBound
    }

    /// The place of the first such byte in a range, or its end.
    @inline(__always)
    private func find(_ byte: UInt8, in text: Text, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, text[index] != byte { index &+= 1 }
        return index
    }
}

extension Deletion.Propagation {
    /// Reads the value of `propagationPolicy`.
    public init(policy: UnsafeBufferPointer<UInt8>) {
        if policy.elementsEqual("Foreground".utf8) {
            self = .foreground
        } else if policy.elementsEqual("Background".utf8) {
            self = .background
        } else if policy.elementsEqual("Orphan".utf8) {
            self = .orphan
        } else {
            self = .none
        }
    }
}
