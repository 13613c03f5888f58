import Judgments
import ControlPlane
import Findings
import KubeAPI
import Replay
import Testing

@Suite("Wrong 404s") struct WrongNotFoundTests {
    @Test("a reflector that tries again is one finding with its duration") func reflector() throws {
        var timeline = Timeline()
        for second in stride(from: 10.0, through: 130, by: 30) {
            timeline.request(
                second, .list, .policies, at: "old-1", status: 404, shape: .route,
                agent: "operator/v2", user: "ops")
        }
        let finding = try #require(timeline.findings(.wrongNotFound).first)
        #expect(finding.requests == 5)
        #expect(finding.grade == .observed && finding.severity == .error)
        #expect(finding.user == "ops" && finding.userAgent == "operator/v2")
        #expect(finding.server == "old-1")
        #expect(
            finding.summary
                == "operator/v2 got 5 wrong 404s from old-1 for "
                + "admissionregistration.k8s.io/v1/mutatingadmissionpolicies, which new served, "
                + "over 2 min")
    }

    @Test("clients, servers and resources are apart; addresses are not") func grouping() {
        var timeline = Timeline()
        for (second, server) in [(1.0, "old-1"), (2, "old-2"), (3, "old-1")] {
            timeline.request(
                second, .get, .policies, "a", at: server, status: 404, shape: .route)
        }
        timeline.request(
            4, .get, .policies, "a", at: "old-1", status: 404, shape: .route, agent: "helm/3")
        let findings = timeline.findings(.wrongNotFound)
        #expect(findings.map(\.requests) == [2, 1, 1])
        #expect(Set(findings.map(\.id)).count == 3)
    }

    @Test("an API that no server has is a right 404 (I-09, I-10)") func nobodyServesIt() {
        var timeline = Timeline([("old-1", 33), ("old-2", 33)])
        for second in 1...20 {
            timeline.request(
                Double(second), .list, .claims, at: second % 2 == 0 ? "old-1" : "old-2",
                status: 404, shape: .page)
            timeline.request(
                Double(second), .watch, .widgets, at: "old-1", status: 404, shape: .page)
        }
        #expect(Conclusions(timeline.input()).findings.isEmpty)
    }

    @Test("an object that is absent is no wrong 404, however often asked for (I-11)")
    func absent() {
        var timeline = Timeline()
        for second in 1...50 {
            timeline.request(
                Double(second), .delete, .configMaps, "gone", in: "a", at: "old-1", status: 404)
        }
        #expect(timeline.findings(.wrongNotFound).isEmpty)
    }

    @Test("a custom resource in its first seconds is not held against a server (I-50)")
    func settling() {
        var timeline = Timeline()
        timeline.scenario.extensions = [
            .init(
                groupVersion: .init(group: "crd.example.com", version: "v1"),
                resources: [.init(name: "widgets", kind: "Widget", namespaced: true)],
                from: Timeline.instant(100))
        ]
        for second in [100.5, 102, 104.9] {
            timeline.request(
                second, .get, .widgets, "w", in: "a", at: "old-1", status: 404, shape: .page)
            timeline.request(second, .get, .widgets, "w", in: "a", at: "new")
        }
        #expect(timeline.findings(.wrongNotFound).isEmpty)
    }

    @Test("in a what-if it is predicted") func predicted() {
        var timeline = Timeline()
        timeline.mode = .whatIf
        timeline.request(10, .list, .policies, at: "old-1")
        #expect(timeline.findings(.wrongNotFound).map(\.grade) == [.predicted])
    }
}

@Suite("The other rules about clients and servers") struct ClientRulesTests {
    @Test("an unreachable peer is named") func unavailable() throws {
        var timeline = Timeline()
        timeline.turnProxyOn()
        timeline.mode = .whatIf
        timeline.scenario.servers[2].processes[0].stoppedAt = Timeline.instant(100)
        timeline.request(101, .list, .policies, at: "old-1", agent: "operator/v2")
        let finding = try #require(timeline.findings(.wrongUnavailable).first)
        #expect(finding.server == "old-1")
        #expect(finding.severity == .warning)
        #expect(finding.summary.contains("new could not be reached"))
    }

    @Test("a server that ran without the proxy in a mixed time is told of") func unprotected() {
        let findings = Timeline().findings(.unprotected)
        #expect(findings.map(\.server).sorted() == ["new", "old-1", "old-2"])
        #expect(findings.allSatisfy { $0.severity == .info })
    }

    @Test("servers of one release need no protection") func alike() {
        #expect(Timeline([("a", 35), ("b", 35)]).findings(.unprotected).isEmpty)
    }

    @Test("discovery without what others serve is told of, once per client and server")
    func partial() throws {
        var timeline = Timeline()
        for second in 1...3 {
            timeline.discovery(Double(second), at: "old-1", agent: "kubectl/v1.36.0")
            timeline.discovery(Double(second), at: "new", agent: "kubectl/v1.36.0")
        }
        let findings = timeline.findings(.partialDiscovery)
        let finding = try #require(findings.first { $0.server == "old-1" })
        #expect(finding.requests == 3)
        #expect(finding.summary.contains("mutatingadmissionpolicies"))
    }

    @Test("merged discovery of 1.35 and later lacks nothing") func merged() {
        var timeline = Timeline()
        timeline.turnProxyOn()
        timeline.discovery(100, at: "old-1", agent: "kubectl/v1.36.0")
        #expect(timeline.findings(.partialDiscovery).isEmpty)
    }

    @Test("what servers disagreed about is exposed, with those who asked for it") func exposure() {
        var timeline = Timeline()
        timeline.request(10, .list, .policies, at: "new", agent: "operator/v2")
        timeline.request(20, .list, .policies, at: "old-1", status: 404, shape: .route)
        var input = timeline.input()
        let disputed = input.disputed
        #expect(disputed.count == 1)
        input.uses = disputed.keys.map {
            RecordedUse(
                client: 1, resource: $0, requests: 2, first: Timeline.instant(10),
                last: Timeline.instant(20))
        }
        let exposure = Conclusions(input).exposures.first
        #expect(exposure?.resource.resource == "mutatingadmissionpolicies")
        #expect(exposure?.refusing == ["old-1", "old-2"])
        #expect(exposure?.serving == ["new"])
        #expect(exposure?.clients.map(\.requests) == [2])
    }
}

@Suite("The rule book") struct RuleBookTests {
    @Test("every kind of finding has one page, and every page says everything")
    func pages() {
        #expect(RuleBook.pages.map(\.kind) == Finding.Kind.allCases)
        for page in RuleBook.pages {
            for text in [page.title, page.cause, page.evidence, page.advice, page.blindness] {
                #expect(text.count > 20, "\(page.kind)")
                #expect(!text.contains("\n") && !text.contains("  "), "\(page.kind): \(text)")
            }
            for text in [page.cause, page.evidence, page.advice, page.blindness] {
                #expect(text.hasSuffix("."), "\(page.kind): \(text)")
            }
            #expect(RuleBook.page(page.kind)?.title == page.title)
        }
    }

    @Test("the facts that pages rest on are in the table of facts") func facts() {
        for page in RuleBook.pages {
            #expect(!page.facts.isEmpty)
            for fact in page.facts { #expect(Facts.meaning(of: fact) != nil, "\(fact)") }
        }
    }

    @Test("severities are those of the contract") func severities() {
        let severities = Finding.Kind.allCases.map { "\($0.rawValue) \($0.severity)" }
        #expect(
            Set(severities) == [
                "wrong-404 error", "wrong-503 warning", "loop error", "wrong-gc error",
                "namespace-leak error", "namespace-stuck warning", "field-loss error",
                "stuck-start warning", "watchlist-refused warning", "partial-discovery warning",
                "unprotected info",
            ])
    }

    @Test("rows of a damaged recording are no trap") func damage() {
        var timeline = Timeline()
        let owner = timeline.create(1, .policies, "quota")
        timeline.create(2, .configMaps, "map", in: "a", owners: [owner])
        timeline.collectorGets(60, owner, at: "old-1")
        var input = timeline.input()
        var request = RecordedRequest(id: 9, at: 5, server: 77, resource: 99, client: 88)
        request.namespace = 1_000_000
        input.controllers.append(request)
        input.witnesses.append(request)
        input.discovery.append(request)
        input.uses.append(
            RecordedUse(client: 99, resource: 99, requests: 1, first: 0, last: 1))
        input.objects.owners[0].dependent = 4_000
        input.objects.objects[0].name = 1_000_000
        input.objects.finalizers.append(
            RecordedFinalizer(object: -1, finalizer: 0, first: 0, last: 0))
        _ = Conclusions(input)
    }
}
