import Report

/// An incident as a page shows it: three servers in an upgrade, 18 objects lost, two clients broken.
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
        other.isAsRecorded = false
        other.outcomes = [.init(outcome: "proxied", certain: 996, possible: 3)]
        other.marks = [
            .init(
                .proxied, server: "cp-1",
                points: (40..<200).map { .init(bin: $0, count: 4 + $0 % 5) })
        ]
        other.consequences = []
        other.totals = .init()
        other.clients = []
        other.clientCount = 0
        other.exposed = []
        other.exposedCount = 0
        other.counts = []
        other.findings = []
        page.runs[0].findings = page.runs[0].findings.map { finding in
            var copy = finding
            copy.isInOther = false
            return copy
        }
        page.runs.append(other)
        return page
    }

    static let kinds: [ReportPage.KindText] = [
        .init(
            kind: "wrong-gc", title: "The garbage collector took living owners for gone",
            cause: "The collector learned of the owner's kind from one server and asked another, "
                + "which does not serve it.",
            advice: "Turn the proxy on everywhere before the upgrade.",
            blindness: "Owners whose uid is in no record are known by name alone.",
            facts: ["F6.8", "V4"]),
        .init(
            kind: "wrong-404",
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
        run.outcomes = [
            .init(outcome: "wrong-404", certain: 994, possible: 2),
            .init(outcome: "right-404", certain: 412, possible: 0),
        ]
        run.agreement = [
            .init(recorded: "local", predicted: "local", requests: 25_400),
            .init(recorded: "wrong-404", predicted: "wrong-404", requests: 994),
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
        run.totals.victims = [.init(kind: "ConfigMap", grade: "observed", count: 18)]
        run.totals.owners = [
            .init(
                kind: "MutatingAdmissionPolicy", groupVersion: "admissionregistration.k8s.io/v1",
                count: 3)
        ]
        run.totals.condemningServers = ["cp-1", "cp-2"]
        run.totals.clients = 7
        run.counts = [
            .init(kind: "wrong-gc", grade: "observed", findings: 3, requests: 3),
            .init(kind: "wrong-404", grade: "observed", findings: 14, requests: 996),
        ]
        run.findings = (1...3).map(collection) + (1...4).map(broken)
        run.clients = (1...7).map(client)
        run.clientCount = 7
        run.exposed = [exposed]
        run.exposedCount = 3
        return run
    }

    static var exposed: ReportPage.ExposedAPI {
        var api = ReportPage.ExposedAPI()
        api.group = "admissionregistration.k8s.io"
        api.version = "v1"
        api.resource = "mutatingadmissionpolicies"
        api.from = at(25)
        api.until = at(127)
        api.length = 102 * second
        api.refusing = ["cp-1", "cp-2"]
        api.requests = 1_769
        api.clientCount = 9
        for (agent, requests) in [("prometheus/2.50", 315), ("kubelet/v1.35.0", 301)] {
            var client = ReportPage.ExposedAPI.Client()
            client.user = "kubernetes-admin"
            client.userAgent = agent
            client.requests = requests
            api.clients.append(client)
        }
        return api
    }

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

    static func collection(_ number: Int) -> ReportPage.Finding {
        var finding = ReportPage.Finding()
        finding.id = "wrong-gc-4fb1e67a90\(number)"
        finding.kind = "wrong-gc"
        finding.severity = "error"
        finding.grade = "observed"
        finding.summary =
            "6 ConfigMaps were deleted because cp-\(1 + number % 2) answered 404 for their owner "
            + "MutatingAdmissionPolicy policy-\(number), which cp-3 was serving"
        finding.resource = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
        finding.server = "cp-\(1 + number % 2)"
        finding.userAgent =
            "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/7ac2d5b/system:serviceaccount"
        finding.user = "system:serviceaccount:kube-system:generic-garbage-collector"
        finding.requests = 1
        finding.firstAt = at(78.123)
        finding.lastAt = at(78.6)
        finding.owner = .init(
            kind: "MutatingAdmissionPolicy", groupVersion: "admissionregistration.k8s.io/v1",
            namespace: "", name: "policy-\(number)", uid: "1b7cd9b2-40ef-4d8a-9f4e-\(number)")
        finding.victims = (1...6).map { victim in
            .init(
                resource: "v1/configmaps", namespace: "team-a", name: "quota-\(number)-\(victim)",
                uid: "5f1a66d0-8a4e-47a1-b8f9-00000000000\(victim)",
                deletedAt: at(78.2 + Double(victim) / 20), grade: "observed")
        }
        finding.victimCount = 6
        finding.evidence = [
            evidence(1, "proves-alive", 61, "cp-3", "get", 200, ""),
            evidence(2, "condemned-by", 78.123, finding.server, "get", 404, "route"),
            evidence(3, "delete", 78.25, "cp-2", "delete", 200, ""),
        ]
        finding.roles = [.init("proves-alive", 4), .init("condemned-by", 1), .init("delete", 6)]
        return finding
    }

    static func broken(_ number: Int) -> ReportPage.Finding {
        var finding = ReportPage.Finding()
        finding.id = "wrong-404-77aa\(number)"
        finding.kind = "wrong-404"
        finding.severity = "error"
        finding.grade = "observed"
        finding.userAgent = "operator-\(number)/v0.9 (linux/amd64) kubernetes/$Format"
        finding.user = "system:serviceaccount:team-a:operator-\(number)"
        finding.resource = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
        finding.server = "cp-1"
        finding.requests = 140 - number
        finding.firstAt = at(25)
        finding.lastAt = at(119)
        finding.summary =
            "operator-\(number)/v0.9 got \(140 - number) wrong 404s from cp-1 for "
            + "admissionregistration.k8s.io/v1/mutatingadmissionpolicies, which cp-3 served, over "
            + "94 s"
        finding.evidence = (1...5).map {
            evidence(Int64(100 + $0), "request", 25 + Double($0), "cp-1", "list", 404, "route")
        }
        finding.roles = [.init("request", finding.requests)]
        return finding
    }

    static func evidence(
        _ request: Int64, _ role: String, _ seconds: Double, _ server: String, _ verb: String,
        _ status: Int, _ notFound: String
    ) -> ReportPage.Evidence {
        var evidence = ReportPage.Evidence()
        evidence.request = request
        evidence.role = role
        evidence.at = at(seconds)
        evidence.server = server
        evidence.servers = server
        evidence.verb = verb
        evidence.path = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/policy-1"
        evidence.status = status
        evidence.notFound = notFound
        evidence.auditID = "fa98996f-1231-46b7-a69f-4fae6d26ae1\(request % 10)"
        evidence.source = "captures/wrong-gc-without-proxy/audit-\(server).log.gz"
        evidence.position = 4_100 + request
        if notFound == "route" {
            evidence.reason = "the gate is off: the server's own handlers answer (F1.26)"
        }
        return evidence
    }

    static func client(_ number: Int) -> ReportPage.Client {
        var client = ReportPage.Client()
        client.userAgent = "operator-\(number)/v0.9 (linux/amd64) kubernetes/$Format"
        client.user = "system:serviceaccount:team-a:operator-\(number)"
        client.wrong404 = 200 - number * 9
        client.firstAt = at(25)
        client.lastAt = at(119)
        client.resources = ["admissionregistration.k8s.io/v1/mutatingadmissionpolicies"]
        return client
    }
}
