import Bytes
import Foundation
import Judgments
import KubeAPI
import Recording

/// The incident recording with a run in it, written by hand: verbs that read runs are tested apart
/// from how runs are made.
enum RunRecording {
    static func make(at path: String, runs: [(RunRecord, [Finding])]) throws {
        try IncidentRecording.make(at: path)
        let recording = try opened(path)
        for (run, findings) in runs {
            // A run adds texts, which the next must know.
            let names = try recording.names()
            var writer = try RunWriter(name: run.name, on: recording, names: names)
            try writer.append([verdict], on: recording)
            try writer.finish(run, findings, [], on: recording)
        }
        try recording.close()
    }

    /// Another test's command, started while the recording was made, may hold its lock until it
    /// has become that command.
    private static func opened(_ path: String) throws -> Recording {
        for _ in 0..<100 {
            if let recording = try? Recording(path: path, access: .write) { return recording }
            usleep(20_000)
        }
        return try Recording(path: path, access: .write)
    }

    private static let verdict = WrittenVerdict(
        request: 1, entryServer: 1, outcome: .wrongNotFound, certainty: .certain, alternatives: [],
        servers: "cp-1", status: 404,
        reason: "answered there: the proxy is not active on it (F2.2)")

    static func run(_ name: String, isAsRecorded: Bool = true, startedAt: Int64 = 1) -> RunRecord {
        var run = RunRecord(
            name: name, scenario: scenario, mode: isAsRecorded ? .asRecorded : .whatIf,
            startedAt: startedAt, toolVersion: "test", seed: 1)
        run.requests = 40
        run.flagged = 3
        run.summary = "run \(name): 40 requests\n"
        run.agreement = [.init(recorded: .local, predicted: .local, requests: 40)]
        return run
    }

    static let scenario = """
        apiVersion: kubeskew.dev/v1alpha1
        kind: Scenario
        name: as-recorded
        origin: capture
        servers:
          cp-1: {timeline: [{at: 0s, start: "1.35", ready: 2s}]}
          cp-2: {timeline: [{at: 0s, start: "1.35", ready: 2s}]}
          cp-3: {timeline: [{at: 0s, start: "1.36", ready: 2s}]}

        """

    /// A wrong collection of one ConfigMap.
    static func collection(_ number: Int) -> Finding {
        var finding = Finding(
            .wrongCollection, .observed, subject: "v1 Owner team-a/owner-\(number)")
        finding.summary = "1 ConfigMap was deleted because cp-1 answered 404 for its owner"
        finding.requests = 1
        finding.firstAt = 1_795_212_583_000_000_000
        finding.lastAt = 1_795_212_584_000_000_000
        finding.server = "cp-1"
        finding.evidence = [.init(2, .delete), .init(1, .condemnedBy)]
        finding.owner.kind = "Owner"
        finding.owner.version = "v1"
        finding.owner.name = "owner-\(number)"
        var object = Finding.Identity()
        object.version = "v1"
        object.resource = "configmaps"
        object.namespace = "team-a"
        object.name = "quota-\(number)"
        object.uid = "uid-\(number)"
        finding.victims = [
            .init(object, deletedAt: 1_795_212_583_500_000_000, grade: .observed)
        ]
        return finding
    }

    static func client(_ number: Int, agent: String = "kubectl/v1.36") -> Finding {
        var finding = Finding(
            .wrongNotFound, .possible, subject: "\(agent) · widgets \(number) · cp-1")
        finding.summary = "\(agent) may have got a wrong 404"
        finding.requests = 3
        finding.userAgent = agent
        finding.server = "cp-1"
        finding.evidence = [.init(3, .request)]
        return finding
    }
}
