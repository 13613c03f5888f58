import Foundation
import Testing

/// Controllers that elect a leader, as their leases and tokens show them in a log.
@Suite("Leaders in the report")
struct LeaderTests {
    private static let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"

    /// One request about a lease by the component that it is named after.
    private static func lease(
        _ at: Double, _ server: String, _ component: String, _ version: String,
        from address: String,
        verb: String = "update", code: Int = 200
    ) -> StoryLog.Record {
        var record = StoryLog.Record(
            at: at, server: server, verb: verb, uri: "\(leases)/\(component)?timeout=5s")
        record.user = "system:\(component)"
        record.agent = "\(component)/\(version) (linux/amd64) kubernetes/abc1234/leader-election"
        record.address = address
        record.code = code
        record.isMetadata = true
        return record
    }

    private static func token(_ at: Double, _ server: String) -> StoryLog.Record {
        var record = StoryLog.Record(
            at: at, server: server, verb: "create",
            uri: "/api/v1/namespaces/kube-system/serviceaccounts/generic-garbage-collector/token")
        record.user = "system:kube-controller-manager"
        record.agent = "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/abc1234"
        record.address = "10.0.0.12"
        record.code = 201
        record.isMetadata = true
        return record
    }

    /// The leader on 10.0.0.11 ends at 20 s, and the scheduler's lease runs out once.
    ///
    /// The one on 10.0.0.12, which is newer and looked at the lease all along, takes over at 37 s
    /// and then fetches its tokens.
    private static func story() -> StoryLog {
        var log = StoryLog()
        log.start("cp-1", "v1.35.6", at: 0)
        log.start("cp-2", "v1.36.2", at: 0)
        let manager = "kube-controller-manager"
        for second in stride(from: 1.0, through: 60, by: 2) {
            if second < 20 {
                log.add(lease(second, "cp-1", manager, "v1.35.6", from: "10.0.0.11"))
            }
            let verb = second < 36 ? "get" : "update"
            log.add(lease(second, "cp-2", manager, "v1.36.2", from: "10.0.0.12", verb: verb))
            if second < 10 || second > 40 {
                log.add(lease(second, "cp-1", "kube-scheduler", "v1.35.6", from: "10.0.0.11"))
            }
        }
        // Who is refused leads nothing.
        log.add(lease(30, "cp-2", manager, "v1.36.2", from: "10.0.0.12", code: 409))
        log.add(token(37.5, "cp-2"))
        return log
    }

    @Test("a controller-manager that takes over, or starts, is on the page and in its twins")
    func takingOver() throws {
        let folder = try CommandFolder()
        #expect(try Self.story().capture(in: folder).status == 0)
        #expect(try folder.run("replay", "r.db", "-q").status != 1)
        let result = try folder.run(
            "report", "r.db", "--html", "a.html", "--markdown", "a.md", "--json", "a.json")
        #expect(result.status == 0, "\(result)")
        let json = try Data(contentsOf: URL(filePath: "\(folder.path)/a.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let moments = try #require(root["controllers"] as? [[String: String]])
        let words = moments.map { moment in
            ["at", "what", "component", "server"].map { moment[$0] ?? "" }.joined(separator: " ")
        }
        let minute = "2025-11-24T16:00"
        #expect(
            words == [
                "\(minute):37.000000Z took-over kube-controller-manager cp-2",
                "\(minute):37.500000Z started kube-controller-manager cp-2",
                "\(minute):41.000000Z resumed kube-scheduler cp-1",
            ], "\(words)")
        let page = try String(contentsOfFile: "\(folder.path)/a.html", encoding: .utf8)
        let text = try String(contentsOfFile: "\(folder.path)/a.md", encoding: .utf8)
        let manager = "kube-controller-manager/v1.36.2"
        for sentence in [
            "\(manager) took over the lease of kube-controller-manager, through cp-2",
            "\(manager) started, through cp-2",
            "kube-scheduler/v1.35.6 took the lease of kube-scheduler after it had run out, "
                + "through cp-1",
        ] {
            #expect(page.contains(sentence) && text.contains(sentence), "\(sentence)")
        }
        #expect(page.contains("class=\"moment\"") && page.contains("bar: another leader"))
    }
}
