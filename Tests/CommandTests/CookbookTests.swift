import Foundation
import Testing

@testable import Analysis

/// The queries over runs and findings, held against control planes that really ran.
@Suite("The queries over runs and findings")
struct CookbookTests {
    @Test("the wrong garbage collection: victims, what to restore, and what the proxy would change")
    func wrongGarbageCollection() throws {
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        let folder = try replayed(incident, with: "s/flags: .*]/flags: [\(Self.proxyOn)]/")
        func rows(_ query: String, _ settings: String = "") throws -> [[String: String]] {
            try Self.rows(query, settings, in: folder)
        }
        let victims = try rows("gc/victims", "-p run=as-recorded")
        #expect(victims.count == 18)
        #expect(victims.allSatisfy { Double($0["delay_ms"] ?? "").map { $0 >= 0 } ?? false })
        #expect(try rows("gc/victims").isEmpty)
        let names = Set(victims.compactMap { $0["name"] })
        let alive = try rows("gc/owner-still-alive")
        #expect(!alive.isEmpty && alive.allSatisfy { names.contains($0["name"] ?? "") })
        let restore = try rows("findings/restore", "-p run=as-recorded")
        #expect(restore.count == 18 && restore.allSatisfy { $0["action"] == "restore" })
        #expect(try rows("findings/gone").filter { $0["kind"] == "wrong-gc" }.count == 3)
        #expect(try rows("findings/new").allSatisfy { $0["severity"] != "error" })
        let gone = try rows("upgrade/compare-runs").first { $0["outcome"] == "wrong-404" }
        #expect(
            gone?["in_run"] == "0" && gone?["in_other"] == "1000", "\(String(describing: gone))")
        let runs = try rows("upgrade/runs")
        #expect(runs.map { $0["wrong_404"] } == ["1000", "0"])
        let hops = try rows("upgrade/forwarded").compactMap { Int($0["requests"] ?? "") }
        #expect(String(hops.reduce(0, +)) == runs.last?["proxied"])
        let flags = try rows("upgrade/server-flags")
        #expect(
            flags.map { $0["server"] } == Array(repeating: "cp-1", count: 3)
                + Array(repeating: "cp-2", count: 3) + Array(repeating: "cp-3", count: 3))
        #expect(flags.filter { $0["peer_ca"] == "1" }.count == 6, "\(flags)")
        #expect(flags.filter { $0["does"] == "stop graceful" }.count == 3, "\(flags)")
        let mixed = try rows("upgrade/releases").filter { $0["mixed"] == "1" }
        #expect(mixed.map { $0["releases"] } == ["1.35 1.36", "1.35 1.36", "1.35 1.36"])
    }

    @Test("the leaked namespaces: what stayed behind, with a run and without")
    func leakedNamespaces() throws {
        let incident = try RecordedIncident.named("namespaces-without-proxy")
        let folder = try replayed(
            incident,
            with: "s/,UnknownVersionInteroperabilityProxy=false\"/\", --peer-ca-file=ca.crt/")
        func rows(_ query: String, _ settings: String = "") throws -> [[String: String]] {
            try Self.rows(query, settings, in: folder)
        }
        let leaked = try rows("namespaces/leaked", "-p run=as-recorded")
        #expect(leaked.count == 12 && leaked.allSatisfy { $0["objects"] == "2" }, "\(leaked)")
        let remaining = try rows("namespaces/remaining-objects")
        #expect(remaining.count == 24 && remaining.allSatisfy { $0["resource"] == "podgroups" })
        let restore = try rows("findings/restore", "-p run=as-recorded")
        #expect(restore.filter { $0["action"] == "clean-up" }.count == 24, "\(restore)")
        #expect(try rows("namespaces/slowest").count == 12)
        #expect(try rows("namespaces/emptied-while-mixed").count == 12)
    }

    @Test("dependents of an owner that is deleted in the foreground are no wrong deletes")
    func foreground() throws {
        let folder = try replayedIncidentFolder()
        let alive = try Self.rows("gc/owner-still-alive", in: folder)
        #expect(alive.map { $0["name"] }.allSatisfy { $0 != "web-1" }, "\(alive)")
        let below = try Self.rows("gc/dependents", "-p owner=web", in: folder)
        #expect(below.map { $0["name"] } == ["web-1"], "\(below)")
    }

    @Test("a run that does not exist has no rows, rather than those of another")
    func unknownRun() throws {
        let folder = try replayedIncidentFolder()
        #expect(try Self.rows("findings/all", "-p run=no-such-run", in: folder).isEmpty)
        #expect(try !Self.rows("findings/all", in: folder).isEmpty)
    }

    private static let proxyOn =
        "--feature-gates=UnknownVersionInteroperabilityProxy=true, --peer-ca-file=ca.crt"

    /// As recorded, and then with its own scenario changed by a line of sed.
    private func replayed(
        _ incident: RecordedIncident, with change: String
    ) throws -> CommandFolder {
        let folder = try CommandFolder()
        try incident.capture(in: folder)
        let result = try folder.shell(
            """
            set -e
            kubeskew replay r.db --fail-on none
            sed '\(change)' '\(incident.scenario)' > changed.yaml
            kubeskew replay r.db --scenario changed.yaml --run changed --fail-on none
            """)
        #expect(result.status == 0, "\(result)")
        return folder
    }

    private static func rows(
        _ query: String, _ settings: String = "", in folder: borrowing CommandFolder
    ) throws -> [[String: String]] {
        let result = try folder.shell("kubeskew query r.db \(query) -o json \(settings)")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return (list as? [[String: Any]] ?? []).map { $0.mapValues { "\($0)" } }
    }
}
