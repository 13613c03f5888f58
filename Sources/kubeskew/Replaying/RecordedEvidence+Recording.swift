import ControlPlane
import KubeAPI
import Recording
import SQLiteKit

// What a recording shows of its control plane, gathered with a few grouped scans.
extension RecordedEvidence {
    init(_ recording: borrowing Recording, _ outline: RecordedOutline) throws {
        let processes = try recording.processes()
        self.init(
            firstAt: outline.firstAt, lastAt: outline.lastAt,
            servers: try recording.texts(
                "SELECT name FROM server WHERE id IN (SELECT server FROM request) ORDER BY name"),
            processes: processes)
        answers = try RecordedEvidence.answers(recording, processes)
        forwarders = Set(
            try recording.texts(
                """
                SELECT DISTINCT s.name FROM request AS pass JOIN request AS entry ON entry.id = pass.origin
                JOIN server AS s ON s.id = entry.server WHERE pass.server <> entry.server
                """))
        hasLoops =
            try !recording.texts(
                """
                SELECT pass.id FROM request AS pass JOIN request AS entry ON entry.id = pass.origin
                WHERE pass.server = entry.server LIMIT 1
                """
            ).isEmpty
        fetchedFrom = Set(
            try recording.texts(
                """
                SELECT name FROM server WHERE id IN (
                    SELECT server FROM request WHERE resource = 0
                        AND client IN (SELECT id FROM client WHERE user = 'system:apiserver' AND user_agent = '')
                        AND path IN (SELECT id FROM string WHERE text IN ('/api', '/apis')))
                """))
        storageVersionWriters = Set(
            try recording.texts(
                """
                SELECT name FROM server WHERE id IN (
                    SELECT server FROM request
                    WHERE resource IN (SELECT id FROM resource WHERE resource = 'storageversions')
                        AND verb IN (\(Verb.create.rawValue), \(Verb.update.rawValue))
                        AND status BETWEEN 200 AND 299)
                """))
        extensions =
            try RecordedEvidence.extensionObjects(recording, "customresourcedefinitions")
            + RecordedEvidence.extensionObjects(recording, "apiservices")
        kinds = try RecordedEvidence.kinds(recording)
    }

    /// One row per process, resource and kind of answer.
    ///
    /// A forwarded request says that the first server does not serve the resource, whatever it
    /// answered in the end; its last pass says what the server that answered does.
    private static func answers(
        _ recording: borrowing Recording, _ processes: [ServerProcess]
    ) throws -> [Answer] {
        try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                WITH answer AS (
                    SELECT server, resource, at_ns, namespace <> 0 AS namespaced,
                        \(processNumber(processes)) AS process,
                        CASE WHEN id IN (SELECT origin FROM request WHERE origin IS NOT NULL)
                                THEN 3
                            WHEN not_found IN (1, 2) THEN 1 WHEN status = 503 THEN 2
                            WHEN status IN (401, 403, 429, 504) OR status IS NULL THEN NULL
                            ELSE 0 END AS kind
                    FROM request WHERE resource <> 0)
                SELECT s.name, g.api_group, g.api_version, g.resource, kind, min(at_ns), max(at_ns),
                    max(namespaced)
                FROM answer JOIN server AS s ON s.id = answer.server
                JOIN resource AS g ON g.id = answer.resource
                WHERE kind IS NOT NULL
                GROUP BY answer.server, process, g.api_group, g.api_version, g.resource, kind
                ORDER BY s.name, g.api_group, g.api_version, g.resource, min(at_ns), kind
                """)
            var answers: [Answer] = []
            while try select.step() {
                let kinds = [Answer.Kind.served, .notServed, .unavailable, .forwarded]
                answers.append(
                    Answer(
                        server: select.text(0),
                        id: GroupVersionResource(
                            group: select.text(1), version: select.text(2), resource: select.text(3)
                        ),
                        kind: kinds[Int(select.integer(4))], from: select.integer(5),
                        until: select.integer(6), namespaced: select.integer(7) != 0))
            }
            return answers
        }
    }

    /// SQL that numbers the process of a server at an instant.
    private static func processNumber(_ processes: [ServerProcess]) -> String {
        let starts = processes.compactMap { process in
            process.startedAt.map { (process.server, $0) }
        }
        guard !starts.isEmpty else { return "0" }
        let terms = starts.map { server, start in
            "(at_ns >= \(start) AND server = (SELECT id FROM server WHERE name = '\(quoted(server))'))"
        }
        return terms.joined(separator: " + ")
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    }

    /// CustomResourceDefinitions or APIServices that clients made, by name.
    ///
    /// Not those that servers registered for their own built-in APIs.
    private static func extensionObjects(
        _ recording: borrowing Recording, _ resource: String
    ) throws -> [ExtensionObject] {
        try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT n.text,
                    min(CASE WHEN verb = \(Verb.create.rawValue) THEN at_ns END),
                    max(CASE WHEN verb = \(Verb.delete.rawValue) THEN at_ns END)
                FROM request AS r JOIN string AS n ON n.id = r.name
                WHERE r.resource IN (
                        SELECT id FROM resource WHERE resource = ? AND subresource = '')
                    AND r.verb IN (\(Verb.create.rawValue), \(Verb.delete.rawValue))
                    AND r.status BETWEEN 200 AND 299
                    AND r.client NOT IN (SELECT id FROM client WHERE user = 'system:apiserver')
                GROUP BY n.text ORDER BY n.text
                """)
            select.bind(1, resource)
            var objects: [ExtensionObject] = []
            while try select.step() {
                guard !select.isNull(1) else { continue }
                objects.append(
                    ExtensionObject(
                        name: select.text(0),
                        isCustomResource: resource == "customresourcedefinitions",
                        from: select.integer(1), until: select.isNull(2) ? nil : select.integer(2)))
            }
            return objects
        }
    }

    private static func kinds(
        _ recording: borrowing Recording
    ) throws -> [GroupVersionResource: String] {
        try recording.run { connection throws(SQLiteError) in
            var select = try connection.prepare(
                """
                SELECT DISTINCT g.text, v.text, r.text, k.text FROM object AS o
                JOIN string AS g ON g.id = o.api_group JOIN string AS v ON v.id = o.api_version
                JOIN string AS r ON r.id = o.resource JOIN string AS k ON k.id = o.kind
                WHERE o.resource <> 0 AND o.kind <> 0
                """)
            var kinds: [GroupVersionResource: String] = [:]
            while try select.step() {
                let id = GroupVersionResource(
                    group: select.text(0), version: select.text(1), resource: select.text(2))
                kinds[id] = select.text(3)
            }
            return kinds
        }
    }
}

extension Recording {
    /// The first column of every row.
    fileprivate func texts(_ sql: String) throws -> [String] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql)
            var texts: [String] = []
            while try select.step() { texts.append(select.text(0)) }
            return texts
        }
    }
}
