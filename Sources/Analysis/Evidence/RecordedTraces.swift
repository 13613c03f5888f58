import Bytes
import ControlPlane
import KubeAPI
import Recording

/// How the servers answered, by the requests themselves, and what they did for each other.
///
/// Gathered in one scan, on all processors.
struct RecordedTraces: Sendable {
    private struct Span {
        var from: Int64
        var until: Int64
        var isNamespaced: Bool

        mutating func add(_ other: Span) {
            from = min(from, other.from)
            until = max(until, other.until)
            isNamespaced = isNamespaced || other.isNamespaced
        }
    }

    private struct Lifetime {
        var from: Int64?
        var until: Int64?

        mutating func add(_ other: Lifetime) {
            from = [from, other.from].compactMap(\.self).min()
            until = [until, other.until].compactMap(\.self).max()
        }
    }

    /// Spans under their keys: process, resource and kind of answer.
    private struct Answers: Sendable {
        private var places: [UInt64: Int] = [:]
        private(set) var spans: [(key: UInt64, span: Span)] = []
        /// The places of keys met lately: few keys make up most of any log.
        private var recent: [Int] = Array(repeating: 0, count: 1 << 8)

        @inline(__always)
        mutating func add(_ key: UInt64, _ span: Span) {
            let slot = Int(truncatingIfNeeded: key ^ key >> 34) & 0xFF
            let place = recent[slot]
            if place < spans.count, spans[place].key == key {
                spans[place].span.add(span)
            } else {
                recent[slot] = findOrAppend(key, span)
            }
        }

        private mutating func findOrAppend(_ key: UInt64, _ span: Span) -> Int {
            if let place = places[key] {
                spans[place].span.add(span)
                return place
            }
            places[key] = spans.count
            spans.append((key, span))
            return spans.count - 1
        }
    }

    /// By their ids.
    private(set) var servers: Set<UInt32> = []
    private(set) var fetchedFrom: Set<UInt32> = []
    private(set) var storageVersionWriters: Set<UInt32> = []
    private var answers = Answers()
    /// Under the name, those of CustomResourceDefinitions and those of APIServices.
    private var extensions: [[UInt32: Lifetime]] = [[:], [:]]
    /// Rows that say more, as far as a scan can tell.
    private var telling: [Int64] = []
    /// What was done to the objects of the sample.
    private(set) var changes: [ObjectChanges.Event] = []
    /// By server id: when anything was asked of it.
    private(set) var signs: [Spans] = []
    private(set) var selfFetches: [UInt32: [Int64]] = [:]
    private var nextOrigin = 0
    private var lastServer = UInt32.max

    init(_ outline: RecordedOutline, _ words: TraceWords) throws {
        signs = Array(repeating: Spans(), count: words.serverCount)
        let parts = try outline.inRanges { recording, ids throws(RecordingError) in
            var part = RecordedTraces(from: ids.lowerBound, words)
            let clocks = outline.clocks
            let isCorrected = clocks.isCorrected
            try RequestScan.forEachAnswer(in: ids, on: recording) { row in
                guard isCorrected else { return part.take(row, words) }
                var row = row
                row.at = clocks.corrected(row.at, of: row.server)
                part.take(row, words)
            }
            return part
        }
        for part in parts {
            servers.formUnion(part.servers)
            for (key, span) in part.answers.spans { answers.add(key, span) }
            changes += part.changes
            for server in signs.indices { signs[server].add(part.signs[server]) }
        }
        for server in signs.indices { signs[server].settle() }
        for request in try outline.requests(parts.flatMap(\.telling)) { take(request, words) }
    }

    private init(from id: Int64, _ words: TraceWords) {
        nextOrigin = words.origins.partitioningIndex { $0 >= id }
        signs = Array(repeating: Spans(), count: words.serverCount)
    }

    @inline(__always)
    private mutating func take(_ row: RequestScan.AnswerRow, _ words: TraceWords) {
        if row.server != lastServer {
            servers.insert(row.server)
            lastServer = row.server
        }
        signs[Int(row.server)].add(row.at)
        let isForwarded = nextOrigin < words.origins.count && isOrigin(row.id, words)
        guard row.resource != 0 else {
            if words.serverClients.contains(row.client) { telling.append(row.id) }
            return
        }
        if let kind = isForwarded ? .forwarded : row.kind {
            let span = Span(from: row.at, until: row.at, isNamespaced: row.namespace != 0)
            answers.add(words.key(row, kind), span)
        }
        if words.isSampled(row), let event = row.change(words) { changes.append(event) }
        if words.telling.contains(row.resource), (200..<300).contains(row.status) {
            switch row.verb {
            case .create, .update, .delete: telling.append(row.id)
            default: break
            }
        }
    }

    private mutating func isOrigin(_ id: Int64, _ words: TraceWords) -> Bool {
        while nextOrigin < words.origins.count, words.origins[nextOrigin] < id { nextOrigin += 1 }
        return nextOrigin < words.origins.count && words.origins[nextOrigin] == id
    }

    /// A request that says more of the control plane than how it was answered.
    private mutating func take(_ request: RecordedRequest, _ words: TraceWords) {
        if request.resource == 0 {
            guard words.discoveryPaths.contains(request.path) else { return }
            if words.fetchers.contains(request.client) {
                fetchedFrom.insert(request.server)
            } else {
                selfFetches[request.server, default: []].append(request.at)
            }
        } else if words.storageVersions.contains(request.resource) {
            if request.verb != .delete { storageVersionWriters.insert(request.server) }
        } else if !words.serverClients.contains(request.client) {
            // Not those that servers registered for their own built-in APIs.
            var life = Lifetime()
            switch request.verb {
            case .create: life.from = request.at
            case .delete: life.until = request.at
            default: return
            }
            let index = words.customResources.contains(request.resource) ? 0 : 1
            extensions[index][request.name, default: life].add(life)
        }
    }

    /// One for each process, resource and kind of answer.
    func answers(_ words: TraceWords) -> [RecordedEvidence.Answer] {
        let kinds: [RecordedEvidence.Answer.Kind] = [.served, .notServed, .unavailable, .forwarded]
        let unsorted = answers.spans.map { key, span in
            let (server, id, kind) = words.place(key)
            return (
                kind,
                RecordedEvidence.Answer(
                    server: server, id: id, kind: kinds[kind], from: span.from,
                    until: span.until, namespaced: span.isNamespaced)
            )
        }
        return unsorted.sorted { left, right in
            let (one, other) = (left.1, right.1)
            if one.server != other.server { return one.server < other.server }
            if one.id != other.id { return one.id < other.id }
            return (one.from, left.0) < (other.from, right.0)
        }.map(\.1)
    }

    /// CustomResourceDefinitions and then APIServices that clients made, by name.
    func extensionObjects(_ names: Names) -> [RecordedEvidence.ExtensionObject] {
        extensions.enumerated().flatMap { index, lives in
            lives.compactMap { name, life in
                life.from.map {
                    RecordedEvidence.ExtensionObject(
                        name: names.strings[name], isCustomResource: index == 0, from: $0,
                        until: life.until)
                }
            }.sorted { $0.name < $1.name }
        }
    }
}

extension RequestScan.AnswerRow {
    /// What the server itself did with it; nil where it did not get so far.
    var kind: TraceWords.Kind? {
        if notFound == .page || notFound == .route { return .notServed }
        switch status {
        case 404 where notFound == .unknown: return nil
        // A server that is still starting says nothing of the resource.
        case 503: return flags.contains(.handlersIncomplete) ? nil : .unavailable
        // Nor what is said before a handler is asked: by who checks rights, or by a peer's HTTP
        // server (F9.16).
        case 0, 401, 403, 429, 431, 500, 504: return nil
        default: return .served
        }
    }

    /// What it shows of an object's life; nil where nothing.
    fileprivate func change(_ words: TraceWords) -> ObjectChanges.Event? {
        let succeeded = (200..<300).contains(status)
        let kind: ObjectChanges.Event.Kind
        switch verb {
        case .deletecollection where succeeded: kind = .swept
        case .create where succeeded: kind = .created
        case .update where succeeded, .patch where succeeded: kind = .changed
        case .delete where succeeded: kind = words.isNamespace(resource) ? .swept : .deleted
        case .get where succeeded: kind = .seen
        case .get where notFound == .object: kind = .missed
        default: return nil
        }
        let isNamespace = kind == .swept && verb == .delete
        return ObjectChanges.Event(
            at: at, server: server, kind: kind, resource: words.whole(resource),
            namespace: isNamespace ? name : namespace, name: name)
    }
}
