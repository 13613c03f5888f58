public import ControlPlane
public import KubeAPI
public import Recording
import SQLiteKit

// What a recording shows of its control plane: one scan of the requests, and a look at the objects.
extension ScenarioInference {
    /// The control plane that explains a recording.
    public init(
        _ recording: borrowing Recording, _ outline: RecordedOutline, _ names: Names, name: String
    ) throws {
        self.init(try RecordedEvidence(recording, outline, names), name: name)
    }
}

extension RecordedEvidence {
    init(
        _ recording: borrowing Recording, _ outline: RecordedOutline, _ names: Names
    ) throws {
        let processes = try recording.processes()
        let words = TraceWords(names, outline, processes)
        let traces = try RecordedTraces(outline, words)
        self.init(
            firstAt: outline.firstAt, lastAt: outline.lastAt,
            servers: traces.servers.map(words.server).sorted(), processes: processes)
        answers = traces.answers(words)
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
        fetchedFrom = Set(traces.fetchedFrom.map(words.server))
        storageVersionWriters = Set(traces.storageVersionWriters.map(words.server))
        extensions = traces.extensionObjects(names)
        kinds = try RecordedEvidence.kinds(recording)
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
