import Bytes
public import KubeAPI
import SQLiteKit

// A server asks itself for something all the time. Of the sightings that say no more than that it
// runs, the first in ten seconds is enough: what is kept does not grow with the log's size.

extension Recording {
    /// Where servers show themselves, by their ids, in the order of time.
    public func selfSightings() throws(RecordingError) -> [Int64: [SelfSighting]] {
        let words = try run { connection throws(SQLiteError) in try SightingWords(connection) }
        guard !words.isEmpty else { return [:] }
        let parts = try scanRequests { recording, ids throws(RecordingError) in
            try sightings(in: ids, words, recording)
        }
        var all = Sightings()
        for part in parts {
            all.telling += part.telling
            all.others.merge(part.others) { min($0, $1) }
        }
        let sorted = (all.telling + all.others.values).sorted()
        return Dictionary(grouping: sorted, by: \.server).mapValues { $0.map(\.sighting) }
    }
}

private struct PlacedSighting: Sendable, Comparable {
    var server: Int64
    var row: Int64
    var sighting: SelfSighting

    static func < (left: PlacedSighting, right: PlacedSighting) -> Bool {
        (left.server, left.sighting.at, left.row) < (right.server, right.sighting.at, right.row)
    }
}

/// Sightings of a part of the log.
private struct Sightings: Sendable {
    /// When somebody was sighted: a client of one version on one server, within ten seconds.
    struct Moment: Hashable {
        private static let length: Int64 = 10_000_000_000

        var server: Int64
        var client: Int64
        private var number: Int64

        init(server: Int64, client: Int64, at: Int64) {
            self.server = server
            self.client = client
            number = at / Moment.length
        }
    }

    /// Those that show a start, an end or a readiness: all of them.
    var telling: [PlacedSighting] = []
    /// Of the others the first of each moment.
    var others: [Moment: PlacedSighting] = [:]
}

private func sightings(
    in ids: ClosedRange<Int64>, _ words: SightingWords, _ recording: borrowing Recording
) throws(RecordingError) -> Sightings {
    let columns = [
        "origin", "rowid", "at_ns", "server", "resource", "status", "verb", "client", "name",
        "path", "query",
    ]
    var found = Sightings()
    try recording.scan(columns, of: ids) { rows in
        for row in 0..<rows.count {
            guard let version = words.version(ofClient: rows[row, 7]), rows.isFirst(row) else {
                continue
            }
            let kind = words.kind(
                verb: rows.verb(row, 6), status: rows[row, 5], resource: rows[row, 4],
                name: rows[row, 8], path: rows[row, 9], query: rows[row, 10])
            let sighting = PlacedSighting(
                server: rows[row, 3], row: rows[row, 1],
                sighting: SelfSighting(at: rows.instant(row, 2), version: version, kind: kind))
            if kind == .other {
                let moment = Sightings.Moment(
                    server: rows[row, 3], client: rows[row, 7], at: rows.instant(row, 2))
                found.others[moment] = min(found.others[moment] ?? sighting, sighting)
            } else {
                found.telling.append(sighting)
            }
        }
    }
    return found
}

/// The ids of the names that tell what a loopback client did, looked up once for all its requests.
private struct SightingWords: Sendable {
    /// What loopback clients state as their server's version.
    private var versions: [Int64: String] = [:]
    /// Which of the first clients they are: most requests are others', and are told by one look.
    private var isOwnClient: [Bool] = []
    private var leases: Set<Int64> = []
    private var leaseNames: [Int64: String] = [:]
    private var readinessPaths: Set<Int64> = []
    private var queriesForAll: Set<Int64> = []

    init(_ connection: borrowing Connection) throws(SQLiteError) {
        var select = try connection.prepare(
            "SELECT id, user_agent FROM client WHERE user = '\(LoopbackClient.user)'")
        while try select.step() {
            versions[select.integer(0)] = LoopbackClient.version(ofAgent: select.text(1))
        }
        // However clients are numbered in a file of somebody else's.
        let last = min(versions.keys.max() ?? 0, 1 << 20)
        isOwnClient = (0...max(last, 0)).map { versions[$0] != nil }
        select = try connection.prepare("SELECT id FROM resource WHERE resource = 'leases'")
        while try select.step() { leases.insert(select.integer(0)) }
        select = try connection.prepare(
            """
            SELECT id, text FROM string WHERE text GLOB 'apiserver-*' OR text GLOB '/readyz*'
                OR text LIKE '%sendInitialEvents=true%'
            """)
        while try select.step() { take(select.text(1), id: select.integer(0)) }
    }

    private mutating func take(_ text: String, id: Int64) {
        if text.hasPrefix("/readyz") { readinessPaths.insert(id) }
        if text.hasPrefix("apiserver-") { leaseNames[id] = text }
        if text.lowercased().contains("sendinitialevents=true") { queriesForAll.insert(id) }
    }

    var isEmpty: Bool { versions.isEmpty }

    /// Nil where it is no loopback client.
    @inline(__always)
    func version(ofClient client: Int64) -> String? {
        if client >= 0, client < isOwnClient.count, !isOwnClient[Int(client)] { return nil }
        return versions[client]
    }

    func kind(
        verb: Verb, status: Int64, resource: Int64, name: Int64, path: Int64, query: Int64
    ) -> SelfSighting.Kind {
        var traits = SelfSighting.Kind.Traits()
        traits.isReadiness = readinessPaths.contains(path)
        traits.lease = leases.contains(resource) ? leaseNames[name] : nil
        traits.asksForAll = queriesForAll.contains(query)
        return SelfSighting.Kind(verb: verb, status: Int(status), traits)
    }
}
