public import Judgments
import KubeAPI
import SQLiteKit

// The sums of a run, each a grouped query.
extension Recording {
    /// - Parameter exposures: how many of what was exposed are read, and how many clients of each;
    ///   nil where nobody asks who suffered.
    public func figures(
        of run: StoredRun, exposures: (apis: Int, clients: Int)?
    ) throws(RecordingError) -> RunFigures {
        var figures = RunFigures()
        let verdicts = try verdictCounts(run)
        let flagged = verdicts.filter(\.value.outcome.isFlagged).map { "\($0.key)" }
            .joined(separator: ", ")
        let suffered = try sufferingClients(run, flagged)
        figures.outcomes = verdicts.map { id, count in
            var count = count
            (count.clients, count.isAskedAgain) = suffered[id] ?? (0, false)
            return count
        }.sorted { $0.outcome.text < $1.outcome.text }
        figures.agreement = try agreement(run)
        figures.findings = try counts(run)
        figures.victims = try victims(run)
        figures.owners = try owners(run)
        figures.condemningServers = try condemningServers(run)
        figures.leakedNamespaces = try namespaces(.namespaceLeak, run)
        figures.stuckNamespaces = try namespaces(.namespaceStuck, run)
        guard let exposures else { return figures }
        figures.clientCount = try clientCount(run, flagged)
        figures.clients = try sufferers(run, flagged)
        let servers = try askedServers(run, flagged)
        for index in figures.clients.indices {
            let client = figures.clients[index]
            figures.clients[index].servers = servers[[client.user, client.userAgent]] ?? []
        }
        figures.exposureCount = try count(
            "SELECT count(*) FROM exposure WHERE run = ?", [.integer(run.id)])
        figures.exposures = try storedExposures(run, atMost: exposures.apis)
        for index in figures.exposures.indices {
            figures.exposures[index].clients = try clients(
                of: figures.exposures[index], run, atMost: exposures.clients)
        }
        figures.rollback = try rollbackLimit(of: run, uses: exposures.apis)
        return figures
    }

    /// By the id of the outcome; SQLite would sort all verdicts to group them.
    private func verdictCounts(_ run: StoredRun) throws(RecordingError) -> [Int64: OutcomeCount] {
        var counts: [Int64: OutcomeCount] = [:]
        _ = try rows(
            "SELECT outcome, certain FROM verdict WHERE run = ?", [.integer(run.id)]
        ) { row -> Void? in
            let (certain, possible) = row.integer(1) != 0 ? (1, 0) : (0, 1)
            let none = OutcomeCount(outcome: .local, certain: 0, possible: 0)
            counts[row.integer(0), default: none].certain += certain
            counts[row.integer(0), default: none].possible += possible
            return ()
        }
        for id in counts.keys {
            let text = try texts("SELECT text FROM string WHERE id = ?", [.integer(id)]).first
            guard let outcome = text.flatMap({ Outcome(text: $0) }) else {
                throw .damaged(path: path, message: "a verdict in it is no outcome")
            }
            counts[id]?.outcome = outcome
        }
        return counts
    }

    /// By the id of a flagged outcome: how many clients surely got it, and whether any listed or
    /// watched.
    private func sufferingClients(
        _ run: StoredRun, _ flagged: String
    ) throws(RecordingError) -> [Int64: (clients: Int, isAskedAgain: Bool)] {
        let informers = "\(Verb.list.rawValue), \(Verb.watch.rawValue)"
        let rows = try rows(
            """
            SELECT outcome, count(*), max(again) FROM (
                SELECT v.outcome, max(r.verb IN (\(informers))) AS again
                FROM verdict AS v JOIN request AS r ON r.id = v.request
                JOIN client AS c ON c.id = r.client
                WHERE v.run = ? AND v.certain AND v.outcome IN (\(flagged))
                GROUP BY v.outcome, c.user, c.user_agent)
            GROUP BY 1
            """, [.integer(run.id)]
        ) { row in (id: row.integer(0), clients: row.integer(1), again: row.integer(2)) }
        return rows.reduce(into: [:]) { $0[$1.id] = (Int($1.clients), $1.again != 0) }
    }

    private func agreement(_ run: StoredRun) throws(RecordingError) -> [AgreementCell] {
        try rows(
            """
            SELECT recorded, predicted, requests FROM agreement WHERE run = ?
            ORDER BY recorded, predicted
            """, [.integer(run.id)]
        ) { row in
            guard let recorded = Outcome(text: row.text(0)),
                let predicted = Outcome(text: row.text(1))
            else { return nil }
            return AgreementCell(
                recorded: recorded, predicted: predicted, requests: Int(row.integer(2)))
        }
    }

    private func counts(_ run: StoredRun) throws(RecordingError) -> [FindingCount] {
        try rows(
            """
            SELECT kind, grade, count(*), sum(requests) FROM finding WHERE run = ?
            GROUP BY 1, 2 ORDER BY 1, 2
            """, [.integer(run.id)]
        ) { row in
            guard let kind = Finding.Kind(rawValue: row.text(0)),
                let grade = Finding.Grade(rawValue: row.text(1))
            else { return nil }
            return FindingCount(
                kind: kind, grade: grade, findings: Int(row.integer(2)),
                requests: Int(row.integer(3)))
        }
    }

    /// Each object once, with the surest of its grades, by kind.
    private func victims(_ run: StoredRun) throws(RecordingError) -> [VictimCount] {
        try rows(
            """
            WITH victim AS (
                SELECT api_group, api_version, resource, uid, min(\(Order.grade)) AS grade
                FROM wrong_gc WHERE run = ? GROUP BY api_group, resource, namespace, name, uid)
            SELECT api_group, api_version, resource,
                (SELECT s.text FROM object AS o JOIN string AS s ON s.id = o.kind
                    WHERE o.uid = victim.uid AND victim.uid <> '') AS kind,
                grade, count(*)
            FROM victim GROUP BY api_group, api_version, resource, kind, grade
            ORDER BY grade, api_group, resource, kind
            """, [.integer(run.id)]
        ) { row in
            let grades = Finding.Grade.allCases
            let grade = Int(row.integer(4))
            guard grades.indices.contains(grade) else { return nil }
            return VictimCount(
                resource: GroupVersionResource(
                    group: row.text(0), version: row.text(1), resource: row.text(2)),
                kind: row.text(3), grade: grades[grade], count: Int(row.integer(5)))
        }
    }

    private func owners(_ run: StoredRun) throws(RecordingError) -> [OwnerCount] {
        try rows(
            """
            SELECT owner_kind, owner_group, owner_version, count(*) FROM (
                SELECT DISTINCT owner_kind, owner_group, owner_version, owner_namespace,
                    owner_name, owner_uid
                FROM wrong_gc WHERE run = ? AND grade <> 'possible')
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
            """, [.integer(run.id)]
        ) { row in
            let group = row.text(1)
            return OwnerCount(
                kind: row.text(0), groupVersion: (group.isEmpty ? "" : "\(group)/") + row.text(2),
                count: Int(row.integer(3)))
        }
    }

    /// By the requests that condemned, where there are any, else as the findings say.
    private func condemningServers(_ run: StoredRun) throws(RecordingError) -> [String] {
        let servers = try texts(
            """
            SELECT DISTINCT s.name FROM finding AS f
            JOIN finding_request AS e ON e.run = f.run AND e.finding_id = f.finding_id
                AND e.role = 'condemned-by'
            JOIN request AS r ON r.id = e.request JOIN server AS s ON s.id = r.server
            WHERE f.run = ?1 AND f.kind = 'wrong-gc' AND f.grade <> 'possible' ORDER BY 1
            """, [.integer(run.id)])
        guard servers.isEmpty else { return servers }
        return try texts(
            """
            SELECT DISTINCT server FROM finding
            WHERE run = ? AND kind = 'wrong-gc' AND grade <> 'possible' AND server <> ''
            ORDER BY 1
            """, [.integer(run.id)])
    }

    private func namespaces(
        _ kind: Finding.Kind, _ run: StoredRun
    ) throws(RecordingError) -> GradeCounts {
        let rows = try rows(
            """
            SELECT grade, count(DISTINCT namespace) FROM finding WHERE run = ?1 AND kind = ?2
            GROUP BY grade
            """, [.integer(run.id), .text(kind.rawValue)]
        ) { row in
            Finding.Grade(rawValue: row.text(0)).map { (grade: $0, count: Int(row.integer(1))) }
        }
        return rows.reduce(into: GradeCounts()) { $0.add($1.count, $1.grade) }
    }
}

// Who suffered, and who was exposed.
extension Recording {
    private func clientCount(_ run: StoredRun, _ flagged: String) throws(RecordingError) -> Int {
        try count(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT c.user, c.user_agent
                FROM verdict AS v JOIN request AS r ON r.id = v.request
                JOIN client AS c ON c.id = r.client
                WHERE v.run = ? AND v.certain AND v.outcome IN (\(flagged)))
            """, [.integer(run.id)])
    }

    /// Those who suffered most, with what they asked for.
    private func sufferers(
        _ run: StoredRun, _ flagged: String
    ) throws(RecordingError) -> [Sufferer] {
        try rows(sufferersSQL(flagged), [.integer(run.id)]) { row in
            var client = Sufferer()
            client.user = row.text(0)
            client.userAgent = row.text(1)
            client.firstAt = row.integer(2)
            client.lastAt = row.integer(3)
            client.wrong404 = Int(row.integer(4))
            client.wrong503 = Int(row.integer(5))
            client.looped = Int(row.integer(6))
            client.unreachable = Int(row.integer(7))
            client.resources = Set(row.text(8).split(separator: "\n").map(String.init)).sorted()
            return client
        }
    }

    /// By user and user agent: the servers that answered wrongly, and how often.
    private func askedServers(
        _ run: StoredRun, _ flagged: String
    ) throws(RecordingError) -> [[String]: [(name: String, requests: Int)]] {
        let rows = try rows(
            """
            SELECT c.user, c.user_agent, s.name, sum(n) FROM (
                SELECT r.client, v.entry_server AS server, count(*) AS n
                FROM verdict AS v JOIN request AS r ON r.id = v.request
                WHERE v.run = ? AND v.certain AND v.outcome IN (\(flagged))
                GROUP BY 1, 2) AS wrong
            JOIN client AS c ON c.id = wrong.client JOIN server AS s ON s.id = wrong.server
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """, [.integer(run.id)]
        ) { ([$0.text(0), $0.text(1)], (name: $0.text(2), requests: Int($0.integer(3)))) }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }

    /// The most asked for first, without their clients.
    private func storedExposures(
        _ run: StoredRun, atMost limit: Int
    ) throws(RecordingError) -> [Exposure] {
        try rows(
            """
            SELECT e.api_group, e.api_version, e.resource, from_ns, until_ns, length_ns, refusing,
                serving, count(c.run), total(c.requests)
            FROM exposure AS e LEFT JOIN exposed_client AS c
                USING (run, api_group, api_version, resource)
            WHERE run = ? GROUP BY e.api_group, e.api_version, e.resource
            ORDER BY 10 DESC, length_ns DESC, 1, 2, 3 LIMIT \(limit)
            """, [.integer(run.id)]
        ) { row in
            var exposure = Exposure(
                resource: GroupVersionResource(
                    group: row.text(0), version: row.text(1), resource: row.text(2)),
                from: row.integer(3), until: row.integer(4), length: row.integer(5),
                refusing: row.text(6).split(separator: ",").map(String.init),
                serving: row.text(7).split(separator: ",").map(String.init), clients: [])
            exposure.clientCount = Int(row.integer(8))
            exposure.requests = Int(row.integer(9))
            return exposure
        }
    }

    private func clients(
        of exposure: Exposure, _ run: StoredRun, atMost limit: Int
    ) throws(RecordingError) -> [Exposure.Client] {
        try rows(
            """
            SELECT user, user_agent, requests, first_ns, last_ns FROM exposed_client
            WHERE run = ? AND api_group = ? AND api_version = ? AND resource = ?
            ORDER BY requests DESC, user_agent, user LIMIT \(limit)
            """,
            [
                .integer(run.id), .text(exposure.resource.group),
                .text(exposure.resource.version), .text(exposure.resource.resource),
            ]
        ) { row in
            Exposure.Client(
                user: row.text(0), userAgent: row.text(1), requests: Int(row.integer(2)),
                firstAt: row.integer(3), lastAt: row.integer(4))
        }
    }
}

private func sufferersSQL(_ flagged: String) -> String {
    """
    WITH wrong AS (
        SELECT r.client, r.resource, r.at_ns,
            (SELECT text FROM string WHERE id = v.outcome) AS outcome
        FROM verdict AS v JOIN request AS r ON r.id = v.request
        WHERE v.run = ? AND v.certain AND v.outcome IN (\(flagged))),
    part AS (
        SELECT c.user, c.user_agent, w.resource, min(w.at_ns) AS first, max(w.at_ns) AS last,
            sum(w.outcome = 'wrong-404') AS a, sum(w.outcome = 'unavailable-503') AS b,
            sum(w.outcome = 'looped') AS d, sum(w.outcome = 'unreachable') AS e
        FROM wrong AS w JOIN client AS c ON c.id = w.client
        GROUP BY c.user, c.user_agent, w.resource)
    SELECT user, user_agent, min(first), max(last), sum(a), sum(b), sum(d), sum(e),
        group_concat((SELECT iif(g.api_group = '', '', g.api_group || '/')
            || g.api_version || '/' || g.resource
            FROM resource AS g WHERE g.id = part.resource), char(10))
    FROM part GROUP BY user, user_agent
    ORDER BY sum(a + b + d + e) DESC, user, user_agent LIMIT 60
    """
}
