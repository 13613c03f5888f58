import Judgments
import KubeAPI
import Report

/// An incident as a page shows it: three servers in an upgrade, 18 objects lost, two clients
/// broken.
enum Sample {
    static let second: Int64 = 1_000_000_000
    static let start: Int64 = 1_795_212_583_000_000_000

    static func at(_ seconds: Double) -> Int64 { start + Int64(seconds * 1e9) }

    /// As it happened.
    static var incident: ReportPage {
        var page = ReportPage()
        page.recording = "incident.db"
        page.requests = 26_435
        page.firstAt = start
        page.lastAt = at(203)
        page.toolVersion = "1.0.0"
        page.madeAt = at(86_400)
        page.runs = [run]
        page.kinds = kinds
        page.facts = [
            .init("F6.8", "A 404 for the owner is taken for: the owner does not exist."),
            .init("V4", "Seen: 18 ConfigMaps deleted within half a second."),
            .init("F1.26", "A resource that no known peer serves is answered locally."),
        ]
        var server = ReportPage.Coverage.Server()
        for (number, count) in [8_575, 8_809, 9_051].enumerated() {
            server.name = "cp-\(number + 1)"
            server.requests = count
            server.metadata = count - 2_000
            server.requestResponse = 2_000
            page.coverage.servers.append(server)
        }
        page.coverage.objects = 412
        page.coverage.owners = 131
        page.inputs = [.init(name: "audit-cp-1.log.gz", sha256: String(repeating: "a1", count: 32))]
        page.moments = [
            .init(
                at: at(50), component: "kube-controller-manager", what: .started, server: "cp-3",
                client: "kube-controller-manager/v1.36.2"),
            .init(
                at: at(60), component: "kube-scheduler", what: .tookOver, server: "cp-2",
                client: "kube-scheduler/v1.36.2"),
        ]
        page.traffic = (1...3).map { number in
            .init(
                .traffic, server: "cp-\(number)",
                points: (0..<240).map { .init(bin: $0, count: 20 + ($0 * 7 * number) % 43) })
        }
        return page
    }

    /// The same beside what the proxy would have done.
    static var twoRuns: ReportPage {
        var page = incident
        var other = run
        other.name = "proxy-on"
        other.mode = .whatIf
        other.figures = RunFigures()
        other.figures.outcomes = [.init(outcome: .proxied, certain: 996, possible: 3)]
        other.marks = [
            .init(
                .proxied, server: "cp-1",
                points: (40..<200).map { .init(bin: $0, count: 4 + $0 % 5) })
        ]
        other.consequences = []
        other.findings = []
        page.runs[0].findings = page.runs[0].findings.map { finding in
            var copy = finding
            copy.isInOther = false
            return copy
        }
        page.runs.append(other)
        page.changes = [
            .init(
                what: "Flags under 1.36 of cp-1, cp-2 and cp-3", before: "none of these",
                after: "--peer-ca-file=ca.crt")
        ]
        return page
    }

    /// A week of which servers disagreed for the two minutes of `incident`.
    static var week: ReportPage {
        var page = incident
        page.lastAt = at(604_800)
        guard let span = page.detailSpan else { return page }
        var detail = ReportPage.Stretch(from: span.from, until: span.until)
        detail.traffic = page.traffic
        page.detail = detail
        page.runs[0].detailMarks = page.runs[0].marks
        page.runs[0].detailConsequences = page.runs[0].consequences
        return page
    }

    static let kinds: [ReportPage.KindText] = [
        .init(
            kind: .wrongCollection, title: "The garbage collector took living owners for gone",
            cause: "The collector learned of the owner's kind from one server and asked another, "
                + "which does not serve it.",
            advice: "Turn the proxy on everywhere before the upgrade.",
            blindness: "Owners whose uid is in no record are known by name alone.",
            facts: ["F6.8", "V4"]),
        .init(
            kind: .wrongNotFound,
            title: "A server answered 404 for an API that another server was serving",
            cause: "The request reached a server that does not serve the resource.",
            advice: "Turn the proxy on for every server before the first one changes release.",
            blindness: "A 404 that no server logged.", facts: ["F1.26"]),
    ]

    static var run: ReportPage.Run {
        var run = ReportPage.Run()
        run.name = "as-recorded"
        run.requests = 26_435
        run.lanes = [
            lane("cp-1", [("1.35", 0, 2, 120.7), ("1.36", 126.8, 2.4, nil)]),
            lane("cp-2", [("1.35", 0, 2, 97.2), ("1.36", 103.3, 2.4, nil)]),
            lane("cp-3", [("1.35", 0, 2, 16), ("1.36", 22, 2.9, nil)]),
        ]
        run.figures.outcomes = [
            .init(outcome: .wrongNotFound, certain: 994, possible: 2),
            .init(outcome: .rightNotFound, certain: 412, possible: 0),
        ]
        run.figures.agreement = [
            .init(recorded: .local, predicted: .local, requests: 25_400),
            .init(recorded: .wrongNotFound, predicted: .wrongNotFound, requests: 994),
        ]
        run.marks = [
            .init(
                .wrong404, server: "cp-1",
                points: (27..<143).map { .init(bin: $0, count: 3 + ($0 * 5) % 11) }),
            .init(
                .wrong404, server: "cp-2",
                points: (27..<115).map { .init(bin: $0, count: 2 + ($0 * 3) % 7) }),
        ]
        run.consequences = [.init(.deleted, points: [.init(bin: 92, count: 18)])]
        run.figures.victims = [
            .init(
                resource: .init(group: "", version: "v1", resource: "configmaps"),
                kind: "ConfigMap", grade: .observed, count: 18)
        ]
        run.figures.owners = [
            .init(
                kind: "MutatingAdmissionPolicy", groupVersion: "admissionregistration.k8s.io/v1",
                count: 3)
        ]
        run.figures.condemningServers = ["cp-1", "cp-2"]
        run.figures.clientCount = 7
        run.figures.findings = [
            .init(kind: .wrongCollection, grade: .observed, findings: 3, requests: 3),
            .init(kind: .wrongNotFound, grade: .observed, findings: 14, requests: 996),
        ]
        run.findings = (1...3).map(collection) + (1...4).map(broken)
        run.figures.clients = (1...7).map(client)
        run.figures.exposures = [exposed]
        run.restore = (1...3).map { number in
            var object = Finding.Identity()
            object.version = "v1"
            object.resource = "configmaps"
            object.namespace = "team-a"
            object.name = "quota-\(number)-1"
            object.uid = "5f1a66d0-8a4e-47a1-b8f9-\(number)"
            return .init(
                action: "restore", object: object, deletedAt: at(78.25), grade: "observed",
                because: "MutatingAdmissionPolicy policy-\(number) was taken for gone",
                finding: "wrong-gc-4fb1e67a90\(number)")
        }
        run.restoreCount = 18
        run.figures.exposureCount = 3
        return run
    }

    static var exposed: Exposure {
        let clients = [("prometheus/2.50", 315), ("kubelet/v1.35.0", 301)].map { agent, requests in
            Exposure.Client(
                user: "kubernetes-admin", userAgent: agent, requests: requests, firstAt: at(25),
                lastAt: at(127))
        }
        var exposure = Exposure(
            resource: policies, from: at(25), until: at(127), length: 102 * second,
            refusing: ["cp-1", "cp-2"], serving: ["cp-3"], clients: clients)
        exposure.requests = 1_769
        exposure.clientCount = 9
        return exposure
    }

    static let policies = GroupVersionResource(
        group: "admissionregistration.k8s.io", version: "v1",
        resource: "mutatingadmissionpolicies")

    static func lane(
        _ server: String, _ processes: [(String, Double, Double, Double?)]
    ) -> ReportPage.Lane {
        .init(
            server: server,
            processes: processes.map { release, from, ready, until in
                .init(
                    release: release, from: at(from), readyAt: at(from + ready),
                    until: until.map(at))
            })
    }

    static func collection(_ number: Int) -> FindingCase {
        var finding = Finding(.wrongCollection, .observed, subject: "policy-\(number)")
        finding.summary =
            "6 ConfigMaps were deleted because cp-\(1 + number % 2) answered 404 for their owner "
            + "MutatingAdmissionPolicy policy-\(number), which cp-3 was serving"
        finding.group = policies.group
        finding.version = policies.version
        finding.resource = policies.resource
        finding.server = "cp-\(1 + number % 2)"
        finding.userAgent =
            "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/7ac2d5b/system:serviceaccount"
        finding.user = "system:serviceaccount:kube-system:generic-garbage-collector"
        finding.requests = 1
        finding.firstAt = at(78.123)
        finding.lastAt = at(78.6)
        finding.owner.kind = "MutatingAdmissionPolicy"
        finding.owner.group = policies.group
        finding.owner.version = policies.version
        finding.owner.name = "policy-\(number)"
        finding.owner.uid = "1b7cd9b2-40ef-4d8a-9f4e-\(number)"
        finding.victims = (1...6).map { victim in
            var object = Finding.Identity()
            object.version = "v1"
            object.resource = "configmaps"
            object.namespace = "team-a"
            object.name = "quota-\(number)-\(victim)"
            object.uid = "5f1a66d0-8a4e-47a1-b8f9-00000000000\(victim)"
            return .init(object, deletedAt: at(78.2 + Double(victim) / 20), grade: .observed)
        }
        var item = FindingCase(finding, id: "wrong-gc-4fb1e67a90\(number)")
        item.victimCount = 6
        item.exhibits = [
            exhibit(1, .provesAlive, 61, "cp-3", "get", 200, ""),
            exhibit(2, .condemnedBy, 78.123, finding.server, "get", 404, "route"),
            exhibit(3, .delete, 78.25, "cp-2", "delete", 200, ""),
        ]
        item.roles = [(.provesAlive, 4), (.condemnedBy, 1), (.delete, 6)]
        return item
    }

    static func broken(_ number: Int) -> FindingCase {
        var finding = Finding(.wrongNotFound, .observed, subject: "operator-\(number)")
        finding.userAgent = "operator-\(number)/v0.9 (linux/amd64) kubernetes/$Format"
        finding.user = "system:serviceaccount:team-a:operator-\(number)"
        finding.group = policies.group
        finding.version = policies.version
        finding.resource = policies.resource
        finding.server = "cp-1"
        finding.requests = 140 - number
        finding.firstAt = at(25)
        finding.lastAt = at(119)
        finding.summary =
            "operator-\(number)/v0.9 got \(140 - number) wrong 404s from cp-1 for "
            + "admissionregistration.k8s.io/v1/mutatingadmissionpolicies, which cp-3 served, over "
            + "94 s"
        var item = FindingCase(finding, id: "wrong-404-77aa\(number)")
        item.exhibits = (1...5).map {
            exhibit(Int64(100 + $0), .request, 25 + Double($0), "cp-1", "list", 404, "route")
        }
        item.roles = [(.request, finding.requests)]
        return item
    }

    static func exhibit(
        _ request: Int64, _ role: Finding.Evidence.Role, _ seconds: Double, _ server: String,
        _ verb: String, _ status: Int, _ notFound: String
    ) -> Exhibit {
        var exhibit = Exhibit(role)
        exhibit.request = request
        exhibit.at = at(seconds)
        exhibit.server = server
        exhibit.servers = server
        exhibit.verb = verb
        exhibit.path = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/policy-1"
        exhibit.status = status
        exhibit.notFound = notFound
        exhibit.auditID = "fa98996f-1231-46b7-a69f-4fae6d26ae1\(request % 10)"
        exhibit.source = "captures/wrong-gc-without-proxy/audit-\(server).log.gz"
        exhibit.position = 4_100 + request
        if notFound == "route" {
            exhibit.reason = "the gate is off: the server's own handlers answer (F1.26)"
        }
        return exhibit
    }

    static func client(_ number: Int) -> Sufferer {
        var client = Sufferer()
        client.userAgent = "operator-\(number)/v0.9 (linux/amd64) kubernetes/$Format"
        client.user = "system:serviceaccount:team-a:operator-\(number)"
        client.wrong404 = 200 - number * 9
        client.servers = [("cp-1", 150 - number * 9), ("cp-2", 50)]
        client.firstAt = at(25)
        client.lastAt = at(119)
        client.resources = ["admissionregistration.k8s.io/v1/mutatingadmissionpolicies"]
        return client
    }
}
