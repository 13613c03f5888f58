import Foundation
import Judgments
import Report
import Testing

@Suite("The page")
struct PageTests {
    private func html(_ page: ReportPage) -> String {
        String(decoding: page.rendered(), as: UTF8.self)
    }

    @Test("says in its first heading what was lost and why")
    func headline() {
        let page = html(Sample.incident)
        let sentence =
            "18 ConfigMaps were deleted because cp-1 and cp-2 answered 404 for their owners, "
            + "3 MutatingAdmissionPolicies that existed."
        #expect(page.contains("<h1>\(sentence)</h1>"))
        #expect(Headline(Sample.run) == Headline(mood: .bad, sentence: sentence))
    }

    @Test("shows every finding with its evidence, victims, chain and facts")
    func findings() {
        let page = html(Sample.incident)
        #expect(page.ranges(of: "<details class=\"finding\"").count == 7)
        for text in [
            "wrong-gc-4fb1e67a902", "team-a/quota-2-6", "fa98996f-1231-46b7-a69f-4fae6d26ae12",
            "audit-cp-2.log.gz:4102", "class=\"chain\"", "id=\"fact-F6.8\"", "href=\"#fact-V4\"",
            "10 more findings of this kind", "kubeskew findings incident.db --run as-recorded",
        ] {
            #expect(page.contains(text), "\(text) is missing")
        }
    }

    @Test("says which API was exposed for how long, and who asked for it")
    func exposed() {
        let page = html(Sample.twoRuns)
        for text in [
            "admissionregistration.k8s.io/v1/mutatingadmissionpolicies", "1 min 42 s",
            "22:10:08 to 22:11:50", "cp-1 and cp-2", "1,769", "kubelet/v1.35.0</strong> 301",
            "and 7 more clients", "2 more APIs", "upgrade/exposed-clients",
            "no API that one server served could get a 404 from another",
        ] {
            #expect(page.contains(text), "\(text) is missing")
        }
    }

    @Test("loads nothing, and allows its own style and script alone")
    func isSelfContained() throws {
        let page = html(Sample.twoRuns)
        let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/))
        #expect(policy.1.contains("default-src &#39;none&#39;"))
        #expect(policy.1.contains("script-src &#39;sha256-"))
        #expect(!policy.1.contains("unsafe"))
        #expect(page.ranges(of: "<script").count == 1)
        #expect(page.ranges(of: "<style").count == 1)
        for banned in [
            "<img", "<link", "<iframe", "@import", "http:", "https:", "style=\"", "onload",
        ] {
            #expect(!page.contains(banned), "the page has \(banned)")
        }
    }

    @Test("opens and closes every element in order")
    func nesting() throws {
        for page in [Sample.incident, Sample.twoRuns, Sample.week, Hostile.page, ReportPage()] {
            try Nesting.check(html(page))
        }
    }

    @Test("puts two runs side by side, and says of each finding whether the other has it")
    func twoRuns() {
        let page = html(Sample.twoRuns)
        #expect(page.contains("As it happened"))
        #expect(page.contains("What if: proxy-on"))
        #expect(page.contains("Nothing would go wrong: none of 26,435 requests"))
        #expect(page.ranges(of: "not in proxy-on").count == 7)
        #expect(page.ranges(of: "class=\"timeline wide\"").count == 2)
    }

    @Test("says what was changed between two runs, and nothing of it with one")
    func changes() {
        let page = html(Sample.twoRuns)
        #expect(page.contains("<h2>What was changed</h2>"))
        #expect(page.contains("<td class=\"mono\">--peer-ca-file=ca.crt</td>"))
        #expect(!html(Sample.incident).contains("What was changed"))
        var same = Sample.twoRuns
        same.changes = []
        #expect(html(same).contains("Nothing: both runs have the same control plane."))
    }

    @Test("lists what to restore, with the list as a file that no script is needed for")
    func restore() throws {
        let page = html(Sample.incident)
        #expect(page.contains("3 objects to restore: they were deleted by mistake."))
        #expect(page.contains("configmaps team-a/quota-2-1"))
        #expect(page.contains("15 more objects"))
        let link = try #require(page.firstMatch(of: /href="data:text\/csv;charset=utf-8,([^"]*)"/))
        let csv = try #require(String(link.1).removingPercentEncoding)
        #expect(csv.hasPrefix("action,api_group,api_version,resource,namespace,name,uid,"))
        #expect(csv.split(whereSeparator: \.isNewline).count == 4)
        #expect(csv.contains("restore,,v1,configmaps,team-a,quota-2-1,"))
        let plain = link.1.allSatisfy { $0.isLetter || $0.isNumber || "%.-".contains($0) }
        #expect(plain)
    }

    @Test("shows broken clients by the servers that they asked")
    func matrix() {
        let page = html(Sample.incident)
        #expect(page.contains("<th scope=\"col\" class=\"n\">cp-1</th>"))
        #expect(page.contains("<td class=\"n tile t5\">141</td><td class=\"n tile t2\">50</td>"))
    }

    @Test("draws controllers' starts, and the mixed window by itself where it is a small part")
    func detail() throws {
        let page = html(Sample.incident)
        #expect(page.contains("kube-controller-manager/v1.36.2 started, through cp-3"))
        #expect(page.contains("took over the lease of kube-scheduler, through cp-2"))
        #expect(!page.contains("in detail below"))
        let span = try #require(Sample.week.detailSpan)
        #expect(span.from < Sample.at(22) && span.until > Sample.at(126.8))
        #expect(span.until < Sample.at(200))
        let week = html(Sample.week)
        #expect(week.contains("in detail below"))
        #expect(week.ranges(of: "class=\"timeline wide\"").count == 2)
        try Nesting.check(week)
    }

    @Test("tells a chain in the order of time, the last proof of life before the 404")
    func chains() throws {
        var input = Sample.incident
        input.runs[0].findings = [Sample.collection(1)]
        input.runs[0].findings[0].exhibits.insert(
            Sample.exhibit(7, .provesAlive, 77, "cp-3", "list", 200, ""), at: 1)
        func label(_ page: ReportPage) throws -> Substring {
            try #require(html(page).firstMatch(of: /class="chain"[^>]*aria-label="([^"]*)"/)).1
        }
        #expect(html(input).contains("alive: list 200 at cp-3"))
        #expect(try label(input).hasPrefix("MutatingAdmissionPolicy policy-1, then 404 at cp-2"))
        for index in input.runs[0].findings[0].exhibits.indices
        where input.runs[0].findings[0].exhibits[index].role == .provesAlive {
            input.runs[0].findings[0].exhibits[index].at = Sample.at(78.15)
        }
        #expect(try label(input).hasPrefix("404 at cp-2, then MutatingAdmissionPolicy policy-1"))
        #expect(html(input).contains("still alive: "))
    }

    @Test("prints a few pages, and all of it where that is asked for")
    func print() {
        var input = Sample.incident
        #expect(html(input).contains("<body>"))
        #expect(html(input).contains("kubeskew report incident.db --print all --html FILE"))
        input.printsAll = true
        #expect(html(input).contains("<body class=\"all\">"))
        #expect(!html(input).contains("This is the short print"))
    }

    @Test("says what its lists were narrowed to")
    func narrowed() {
        var input = Sample.incident
        input.narrowing = "namespace team-a"
        #expect(html(input).contains("Narrowed to namespace team-a: the lists hold no more"))
    }

    @Test("says what was not seen")
    func doubts() {
        var input = Sample.incident
        input.coverage.missingServers = ["cp-4"]
        input.coverage.rejects = 3
        input.runs[0].figures.agreement.append(
            .init(recorded: .local, predicted: .wrongNotFound, requests: 7))
        let page = html(input)
        #expect(page.contains("There is no log of cp-4"))
        #expect(page.contains("3 lines of the input could not be read"))
        #expect(page.contains("agree on 99.97 % of 26,401 requests; 7 contradict the model"))
        #expect(page.contains("2 verdicts of 26,435 left open"))
    }

    @Test("is the same page for the same values")
    func isDeterministic() {
        #expect(Sample.twoRuns.rendered() == Sample.twoRuns.rendered())
    }

    @Test("says that nothing went wrong where nothing did")
    func clean() {
        var run = ReportPage.Run()
        run.requests = 12
        #expect(
            Headline(run)
                == Headline(
                    mood: .good,
                    sentence:
                        "Nothing went wrong: none of 12 requests got a wrong 404, a 503 of the "
                        + "proxy or a loop, and the evidence carries that."))
        run.evidence = [
            Evidence(
                .noReads, .blocks, summary: "no GET was recorded", effect: "x",
                remedy: "record get")
        ]
        #expect(
            Headline(run)
                == Headline(
                    mood: .doubtful,
                    sentence:
                        "Cannot tell whether anything went wrong: no GET was recorded. To settle "
                        + "it: record get."))
        run.evidence = []
        run.figures.outcomes = [.init(outcome: .wrongNotFound, certain: 0, possible: 3)]
        #expect(Headline(run).mood == .doubtful)
        run.figures.outcomes = [.init(outcome: .wrongNotFound, certain: 2, possible: 3, clients: 1)]
        #expect(
            Headline(run).sentence
                == "No object was lost, but 2 requests of 1 client got a wrong 404.")
    }

    @Test("a what-if counts clients where they would ask again until they are answered")
    func retries() {
        var run = ReportPage.Run()
        run.mode = .whatIf
        run.figures.outcomes = [
            .init(
                outcome: .wrongNotFound, certain: 40, possible: 0, clients: 3, isAskedAgain: true),
            .init(outcome: .unavailable, certain: 2, possible: 0, clients: 1),
        ]
        #expect(
            Headline(run).sentence
                == "No object would be lost, but 3 clients would get wrong 404s and 2 requests of "
                + "1 client would get a 503 from the proxy; how often is not predicted, because "
                + "who lists and watches asks again until it is answered.")
        run.mode = .asRecorded
        #expect(
            Headline(run).sentence
                == "No object was lost, but 40 requests of 3 clients got a wrong 404 and 2 "
                + "requests of 1 client got a 503 from the proxy.")
    }
}

@Suite("Hostile names")
struct HostileNameTests {
    @Test("become text, whatever they hold", arguments: Hostile.texts)
    func escaping(text: String) throws {
        let page = String(decoding: Hostile.page(text).rendered(), as: UTF8.self)
        try Nesting.check(page)
        #expect(page.ranges(of: "<script").count == 1)
        #expect(!page.contains("<img"))
        #expect(!page.contains("href=\"javascript"))
        #expect(!page.contains("onerror=\""))
        let dangerous = page.unicodeScalars.contains { scalar in
            (scalar.value < 0x20 && scalar != "\n") || (0x202A...0x202E).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value)
        }
        #expect(!dangerous)
    }

    @Test("do not get longer than a page can bear, even where one character is a thousand marks")
    func length() {
        let marks = String(repeating: "\u{301}", count: 20_000)
        let long = String(repeating: "<&\"'", count: 50_000)
        for text in ["a\(marks)", long] {
            #expect(Hostile.page(text).rendered().count < 2_000_000)
        }
    }

    @Test("and instants at the ends of time do no harm")
    func instants() throws {
        for (first, last) in [(Int64.min, Int64.max), (Int64.max, Int64.min), (0, 0), (.max, .max)]
        {
            var page = Sample.twoRuns
            page.firstAt = first
            page.lastAt = last
            for run in page.runs.indices {
                for lane in page.runs[run].lanes.indices {
                    page.runs[run].lanes[lane].processes.append(
                        .init(release: "1.36", from: .min, readyAt: .max, until: .min))
                }
                page.runs[run].marks.append(
                    .init(
                        .looped, server: "cp-1",
                        points: [.init(bin: -5, count: .max), .init(bin: .max, count: .min)]))
            }
            try Nesting.check(String(decoding: page.rendered(), as: UTF8.self))
        }
    }
}

@Suite("The bounds of the page")
struct BoundTests {
    @Test("200,000 findings make a page below 5 MB that counts what it leaves out")
    func manyFindings() {
        var page = Sample.incident
        let long = String(repeating: "\"<x>\"", count: 100)
        let kinds = Finding.Kind.allCases
        let samples = kinds.map { kind in
            var item = kind == .wrongCollection ? Sample.collection(1) : Sample.broken(1)
            item.finding.kind = kind
            item.finding.summary = long
            item.finding.userAgent = long
            item.finding.victims = Array(
                repeating: item.finding.victims.first ?? Self.victim, count: 60)
            item.exhibits = Array(repeating: item.exhibits[0], count: 40)
            return item
        }
        page.runs[0].findings = (0..<200_000).map { samples[$0 % samples.count] }
        page.runs[0].figures.findings = kinds.map {
            .init(kind: $0, grade: .observed, findings: 25_000, requests: 1)
        }
        let rendered = page.rendered()
        #expect(rendered.count < 5_000_000)
        let html = String(decoding: rendered, as: UTF8.self)
        #expect(html.contains("25,000 findings, observed."))
        #expect(html.contains("more findings of this kind"))
    }

    private static let victim = Finding.Victim(
        Finding.Identity(), deletedAt: nil, grade: .predicted)

    @Test("a control plane of a thousand servers is drawn in part")
    func manyServers() {
        var page = Sample.incident
        page.runs[0].lanes = (0..<1_000).map {
            Sample.lane("cp-\($0)", [("1.35", 0, 1, 20), ("1.36", 21, 1, nil)])
        }
        page.runs[0].marks = (0..<1_000).map { server in
            .init(
                .wrong404, server: "cp-\(server)",
                points: (0..<240).map { .init(bin: $0, count: 9) })
        }
        let rendered = page.rendered()
        #expect(rendered.count < 5_000_000)
        #expect(String(decoding: rendered, as: UTF8.self).contains("968 more servers"))
    }
}
