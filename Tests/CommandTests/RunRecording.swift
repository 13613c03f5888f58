import Bytes
import Foundation
import KubeAPI
import Recording
import SQLiteKit

/// The incident recording with a run in it, written by hand: verbs that read runs are tested apart
/// from how runs are made.
enum RunRecording {
    static func make(at path: String, runs: [(StoredRun, [StoredFinding])]) throws {
        try IncidentRecording.make(at: path)
        let recording = try opened(path)
        for (run, findings) in runs {
            // A run adds texts, which the next must know.
            let names = try recording.names()
            try recording.run { connection throws(SQLiteError) in
                var writer = try RunWriter(name: run.name, on: connection, names: names)
                try writer.append([verdict], on: connection)
                try writer.append(findings, on: connection)
                try writer.finish(run, on: connection)
            }
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

    private static let verdict = StoredVerdict(
        request: 1, entryServer: 1, outcome: "wrong-404", isCertain: true, alternatives: "",
        servers: "cp-1", status: 404,
        reason: "answered there: the proxy is not active on it (F2.2)")

    static func run(_ name: String, isAsRecorded: Bool = true, startedAt: Int64 = 1) -> StoredRun {
        var run = StoredRun(
            name: name, scenario: scenario, startedAt: startedAt, requests: 40, flagged: 3,
            toolVersion: "test", seed: 1,
            summary: "run \(name), \(isAsRecorded ? "as recorded" : "what if: x"): 40 requests\n")
        run.agreement = [.init(recorded: "local", predicted: "local", requests: 40)]
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
    static func collection(_ number: Int) -> StoredFinding {
        var finding = StoredFinding()
        finding.id = "wrong-gc-\(String(format: "%012x", number))"
        finding.kind = "wrong-gc"
        finding.severity = "error"
        finding.grade = "observed"
        finding.subject = "v1 Owner team-a/owner-\(number)"
        finding.summary = "1 ConfigMap was deleted because cp-1 answered 404 for its owner"
        finding.requests = 1
        finding.firstAt = 1_795_212_583_000_000_000
        finding.lastAt = 1_795_212_584_000_000_000
        finding.server = "cp-1"
        finding.evidence = [
            .init(request: 2, role: "delete"), .init(request: 1, role: "condemned-by"),
        ]
        var victim = StoredFinding.Victim()
        victim.ownerKind = "Owner"
        victim.ownerVersion = "v1"
        victim.ownerName = "owner-\(number)"
        victim.version = "v1"
        victim.resource = "configmaps"
        victim.namespace = "team-a"
        victim.name = "quota-\(number)"
        victim.uid = "uid-\(number)"
        victim.deletedAt = 1_795_212_583_500_000_000
        victim.grade = "observed"
        finding.victims = [victim]
        return finding
    }

    static func client(_ number: Int, agent: String = "kubectl/v1.36") -> StoredFinding {
        var finding = StoredFinding()
        finding.id = "wrong-404-\(String(format: "%012x", number))"
        finding.kind = "wrong-404"
        finding.severity = "warning"
        finding.grade = "possible"
        finding.subject = "\(agent) · widgets · cp-1"
        finding.summary = "\(agent) may have got a wrong 404"
        finding.requests = 3
        finding.userAgent = agent
        finding.server = "cp-1"
        finding.evidence = [.init(request: 3, role: "request")]
        return finding
    }
}
