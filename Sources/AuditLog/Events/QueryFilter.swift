import Bytes

/// Keeps of a query string what is the API's own, and of the rest the names alone.
///
/// The commands of an exec or the token of a proxied service are nobody's business here. Keys are
/// compared as they are written: one that is percent-encoded counts as foreign.
struct QueryFilter {
    /// What the last query said.
    private(set) var facts = Facts()

    /// What a query says that bears on the meaning of the request.
    struct Facts {
        /// Whether it asks for a rehearsal that changes nothing.
        var isDryRun = false
        /// The older forms of delete options, empty where absent.
        var propagationPolicy = ByteRun(start: nil, count: 0)
        var orphanDependents = ByteRun(start: nil, count: 0)
    }

    private var known = Interner(minimumCapacity: 256)
    private let filtered = Scratch()
    private var isForeign = false

    // The first three are looked at; the order of the others is nothing.
    private static let names = [
        "dryRun", "propagationPolicy", "orphanDependents", "watch", "labelSelector",
        "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch",
        "timeoutSeconds", "timeout", "allowWatchBookmarks", "sendInitialEvents",
        "gracePeriodSeconds", "fieldManager", "fieldValidation", "force", "pretty", "follow",
        "tailLines", "container", "previous", "sinceSeconds", "sinceTime", "limitBytes",
        "timestamps", "insecureSkipTLSVerifyBackend", "stream", "stdin", "stdout", "stderr", "tty",
        "ports", "exact", "export", "includeUninitialized", "includeObject", "shardSelector",
        "preconditions.uid", "preconditions.resourceVersion", "kind", "apiVersion",
        "ignoreStoreReadErrorWithClusterBreakingPotential", "verbose", "exclude", "separator",
    ]

    init() {
        for name in QueryFilter.names { _ = known.intern(name) }
    }

    /// The query that may be kept: the one given, or a shorter one that lives until the next call.
    ///
    /// A foreign query is for a service behind a proxy: none of its values may be kept.
    mutating func keep(_ query: ByteRun, isForeign: Bool) -> ByteRun {
        facts = Facts()
        self.isForeign = isForeign
        var start = 0
        while start < query.count {
            let end = start + query.run(start..<query.count).find(UInt8(ascii: "&"))
            if !look(at: query.run(start..<end)) { return rewrite(query) }
            start = end + 1
        }
        return query
    }

    /// Notes what a pair says; false where only its name may be kept.
    private mutating func look(at pair: ByteRun) -> Bool {
        if isForeign { return pair.isEmpty }
        let equals = pair.find(UInt8(ascii: "="))
        guard equals < pair.count else { return known.find(pair) != nil || pair.isEmpty }
        guard let id = known.find(pair.run(0..<equals)), id != 0 else { return false }
        let value = pair.run(equals + 1..<pair.count)
        // Go drops a pair with a semicolon in it; what follows may be anything.
        guard value.find(UInt8(ascii: ";")) == value.count else { return false }
        switch id {
        case 1: facts.isDryRun = facts.isDryRun || !value.isEmpty
        case 2: facts.propagationPolicy = value
        case 3: facts.orphanDependents = value
        default: break
        }
        return true
    }

    @inline(never)
    private mutating func rewrite(_ query: ByteRun) -> ByteRun {
        let out = filtered.reserve(query.count)
        var length = 0
        var start = 0
        while start < query.count {
            let end = start + query.run(start..<query.count).find(UInt8(ascii: "&"))
            let pair = query.run(start..<end)
            let kept = look(at: pair) ? pair : pair.run(0..<pair.nameLength)
            if start > 0 {
                out[length] = UInt8(ascii: "&")
                length += 1
            }
            for byte in kept {
                out[length] = byte
                length += 1
            }
            start = end + 1
        }
        return ByteRun(start: out, count: length)
    }
}

extension ByteRun {
    /// The bytes in front of anything that could be a value; 0 where all of it could be one.
    fileprivate var nameLength: Int {
        let length = Swift.min(find(UInt8(ascii: "=")), find(UInt8(ascii: ";")))
        return length < count && length <= 64 ? length : 0
    }
}
