public import ControlPlane
import KubeAPI
import Recording

extension ScenarioInference {
    /// The control plane that explains a recording.
    public init(_ outline: RecordedOutline, name: String) throws {
        self.init(try RecordedEvidence(outline), name: name)
    }
}

// What a recording shows of its control plane: one scan of the requests, and a look at the objects.
extension RecordedEvidence {
    init(_ outline: RecordedOutline) throws {
        let processes = try outline.snapshot.read { try $0.processes() }
        let words = TraceWords(outline.names, outline, processes)
        let traces = try RecordedTraces(outline, words)
        self.init(
            firstAt: outline.firstAt, lastAt: outline.lastAt,
            servers: traces.servers.map(words.server).sorted(), processes: processes)
        answers = traces.answers(words)
        (forwarders, hasLoops, kinds) = try outline.snapshot.read { recording in
            (try recording.forwarders(), try recording.hasLoops(), try recording.objectKinds())
        }
        fetchedFrom = Set(traces.fetchedFrom.map(words.server))
        storageVersionWriters = Set(traces.storageVersionWriters.map(words.server))
        extensions = traces.extensionObjects(outline.names)
    }
}
