public import ControlPlane
import KubeAPI
import Recording
import Replay

extension ScenarioInference {
    /// The control plane that explains a recording.
    public init(_ outline: RecordedOutline, name: String) throws {
        self.init(try RecordedEvidence(outline), name: name)
    }
}

/// What a recording shows of its control plane, and what its servers say of each other's 404s.
struct RecordedAccount {
    var evidence: RecordedEvidence
    var witnesses: Witnesses

    init(_ outline: RecordedOutline) throws {
        evidence = try RecordedEvidence(outline)
        let refused = evidence.answers.filter { $0.kind == .notServed }.map(\.id)
        let found = try RecordedWitnesses(outline, refused: Set(refused))
        witnesses = found.witnesses
        evidence.foundElsewhere = found.foundElsewhere
    }
}

// What a recording shows of its control plane: one scan of the requests, and a look at the objects.
extension RecordedEvidence {
    init(_ outline: RecordedOutline) throws {
        let processes = try outline.processes()
        let words = TraceWords(outline.names, outline, processes)
        let traces = try RecordedTraces(outline, words)
        self.init(
            firstAt: outline.firstAt, lastAt: outline.lastAt,
            servers: traces.servers.map(words.server).sorted(), processes: processes)
        answers = traces.answers(words)
        let (crossing, repeating, objectKinds) = try outline.snapshot.read { recording in
            (try recording.forwarders(), try recording.repeaters(), try recording.objectKinds())
        }
        kinds = objectKinds
        // In a log of several servers a request that comes twice was forwarded, and did not loop.
        let mixed = repeating.filter { server in
            server.isEmpty || MixedLog(processes.filter { $0.server == server }) != nil
        }
        forwarders = crossing.union(mixed)
        hasLoops = mixed.count < repeating.count
        fetchedFrom = Set(traces.fetchedFrom.map(words.server))
        hasAnswers = !answers.isEmpty
        let documents = try RecordedDocuments(outline)
        answers += documents.answers
        kinds.merge(documents.kinds) { shown, _ in shown }
        changes = ObjectChanges(traces.changes)
        clocks = outline.clocks
        for server in traces.servers {
            signsOfLife[words.server(server)] = traces.signs[Int(server)]
        }
        for (server, instants) in traces.selfFetches {
            selfFetches[words.server(server)] = instants.sorted()
        }
        storageVersionWriters = Set(traces.storageVersionWriters.map(words.server))
        extensions = traces.extensionObjects(outline.names)
    }
}
