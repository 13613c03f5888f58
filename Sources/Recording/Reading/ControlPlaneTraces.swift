public import KubeAPI
import SQLiteKit

// What the rows show of the control plane without a scan.
extension Recording {
    /// The servers that forwarded requests to another one.
    public func forwarders() throws(RecordingError) -> Set<String> {
        Set(
            try texts(
                """
                SELECT DISTINCT s.name FROM request AS pass
                    JOIN request AS entry ON entry.id = pass.origin
                JOIN server AS s ON s.id = entry.server WHERE pass.server <> entry.server
                """))
    }

    /// The servers to which a request came back.
    public func repeaters() throws(RecordingError) -> Set<String> {
        Set(
            try texts(
                """
                SELECT DISTINCT s.name FROM request AS pass
                JOIN request AS entry ON entry.id = pass.origin
                JOIN server AS s ON s.id = entry.server WHERE pass.server = entry.server
                """))
    }

    /// The kinds of objects as they themselves say, by resource.
    public func objectKinds() throws(RecordingError) -> [GroupVersionResource: String] {
        let kinds = try rows(
            """
            SELECT DISTINCT g.text, v.text, r.text, k.text FROM object AS o
            JOIN string AS g ON g.id = o.api_group JOIN string AS v ON v.id = o.api_version
            JOIN string AS r ON r.id = o.resource JOIN string AS k ON k.id = o.kind
            WHERE o.resource <> 0 AND o.kind <> 0
            """
        ) { row in
            (
                GroupVersionResource(
                    group: row.text(0), version: row.text(1), resource: row.text(2)), row.text(3)
            )
        }
        return Dictionary(kinds) { $1 }
    }
}

extension Recording {
    /// What is in a recording, counted.
    public struct Contents: Sendable {
        public var objects = 0
        public var owners = 0
        public var rejects = 0
        /// The highest id of a request, which is about how many there are.
        public var lastRequest: Int64 = 0
    }

    public func contents() throws(RecordingError) -> Contents {
        var contents = Contents()
        contents.objects = try count("SELECT count(*) FROM object")
        contents.owners = try count("SELECT count(*) FROM owner")
        contents.rejects = try count("SELECT sum(rejects) FROM reject_count")
        contents.lastRequest = Int64(try count("SELECT max(id) FROM request"))
        return contents
    }

    /// The inputs that it was made of, by name; of very many the first.
    public func inputNames() throws(RecordingError) -> [String] {
        try texts("SELECT name FROM source WHERE id > 0 ORDER BY name LIMIT 2000")
    }

    /// The first and the last instant of all requests; nil where there is none.
    public func span() throws(RecordingError) -> ClosedRange<Int64>? {
        try rows("SELECT min(at_ns), max(at_ns) FROM request") { row in
            (row.isNull(0) ? nil : row.integer(0)...row.integer(1)) as ClosedRange<Int64>??
        }.first ?? nil
    }

    /// The statement behind `servers`: a row for each process that the recording shows.
    ///
    /// - Parameter clocks: what is known of servers' clocks, by cluster and server.
    public static func serverTimeline(clocks: [String: [String: String]]) -> String {
        let cases = clocks.sorted { $0.key < $1.key }.flatMap { cluster, texts in
            texts.sorted { $0.key < $1.key }.map { server, text in
                "WHEN cluster = \(quoted(cluster)) AND server = \(quoted(server)) "
                    + "THEN \(quoted(text)) "
            }
        }
        return """
            SELECT server, version, from_at, until_at, known_by, from_ns, until_ns, start_seen,
                ready_at, CASE \(cases.joined())WHEN false THEN '' END AS clock,
                cluster
            FROM (
                SELECT server, version, from_at, until_at, known_by, from_ns, until_ns,
                    start_seen, ready_at, cluster
                FROM v_server
                UNION ALL
                SELECT name, NULL, NULL, NULL, 'its requests alone', NULL, NULL, 0, NULL,
                    cluster
                FROM server WHERE name <> '' AND id NOT IN (SELECT server FROM process)
            )
            ORDER BY cluster, server, from_ns
            """
    }
}
