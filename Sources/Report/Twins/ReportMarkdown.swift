import Judgments
import Output

/// The report as Markdown, for a ticket or a wiki: what the page says, without its pictures.
struct ReportMarkdown {
    private let page: ReportPage
    private var text = ""

    /// Findings of a kind that are listed; the page and the JSON hold more.
    private static let mostFindings = 20
    private static let mostRows = 50

    init(_ page: ReportPage) { self.page = page }

    /// - Returns: the document; texts of the recording are escaped in it.
    mutating func rendered() -> String {
        heading()
        figures()
        changes()
        for run in page.runs { timeline(run) }
        controllers()
        for run in page.runs {
            findings(run)
            restore(run)
            clients(run)
        }
        evidence()
        inputs()
        return text
    }

    // MARK: Sections

    private mutating func heading() {
        for (index, run) in page.runs.enumerated() {
            let label = page.runs.count > 1 ? "\(page.label(of: run)): " : ""
            let sentence = markdownText(label + Headline(run).sentence)
            text += index == 0 ? "# \(sentence)\n\n" : "**\(sentence)**\n\n"
        }
        text += "\(markdownText(page.recording)): \(markdownText(page.period))\n\n"
        if !page.narrowing.isEmpty { text += "\(markdownText(page.narrowingSentence))\n\n" }
    }

    private mutating func figures() {
        guard !page.runs.isEmpty else { return }
        let columns = ["figure"] + page.runs.map { page.label(of: $0) }
        table(columns, page.figureRows.map { $0.map { .text($0) } })
    }

    private mutating func changes() {
        guard !page.changes.isEmpty, page.runs.count == 2 else { return }
        section("What was changed")
        table(
            ["what", page.label(of: page.runs[0]), page.label(of: page.runs[1])],
            page.changes.map { [.text($0.what), .text($0.before), .text($0.after)] })
    }

    private mutating func timeline(_ run: ReportPage.Run) {
        guard !run.lanes.isEmpty else { return }
        section("Servers", of: run)
        table(
            ["server", "release", "from (UTC)", "ready", "until"],
            run.lanes.flatMap { lane in
                lane.processes.map { process in
                    [
                        .text(lane.server), .text(process.release),
                        .text(Wording.instant(process.from)),
                        .text(Wording.clock(process.readyAt)),
                        .text(process.until.map(Wording.instant) ?? "the end"),
                    ]
                }
            })
    }

    private mutating func controllers() {
        guard !page.moments.isEmpty else { return }
        section("Controllers")
        table(
            ["at (UTC)", "what"],
            page.moments.prefix(Self.mostRows).map {
                [.text(Wording.instant($0.at)), .text($0.sentence)]
            })
        rest(page.moments.count, "moment")
    }

    private mutating func findings(_ run: ReportPage.Run) {
        guard !run.findings.isEmpty else { return }
        section("Findings", of: run)
        for kind in Finding.Kind.allCases {
            let all = run.findings.filter { $0.finding.kind == kind }
            guard !all.isEmpty else { continue }
            let title = page.kinds.first { $0.kind == kind }?.title ?? kind.rawValue
            text += "### \(markdownText(title)) (`\(kind.rawValue)`)\n\n"
            if let advice = page.kinds.first(where: { $0.kind == kind })?.advice, !advice.isEmpty {
                text += "\(markdownText(advice))\n\n"
            }
            table(
                ["grade", "finding", "first (UTC)", "id"],
                all.prefix(Self.mostFindings).map { item in
                    [
                        .text(item.finding.grade.rawValue), .text(item.finding.summary),
                        .text(item.finding.firstAt.map(Wording.instant) ?? ""), .text(item.id),
                    ]
                })
            rest(all.count, "finding", shown: Self.mostFindings)
        }
    }

    private mutating func restore(_ run: ReportPage.Run) {
        guard !run.restore.isEmpty else { return }
        section("To restore or clean up", of: run)
        table(
            ["action", "object", "uid", "deleted (UTC)", "grade"],
            run.restore.prefix(Self.mostRows).map { item in
                [
                    .text(item.action), .text(item.words), .text(item.object.uid),
                    .text(item.deletedAt.map(Wording.instant) ?? ""), .text(item.grade),
                ]
            })
        rest(run.restoreCount, "object")
    }

    private mutating func clients(_ run: ReportPage.Run) {
        guard !run.figures.clients.isEmpty else { return }
        section("Who is affected", of: run)
        let servers = run.askedServers
        table(
            ["client", "user"] + servers + ["all", "asked for"],
            run.figures.clients.prefix(Self.mostRows).map { client in
                let counts = servers.map { server -> Cell in
                    client.servers.first { $0.name == server }.map { Cell($0.requests) } ?? .null
                }
                return [.text(client.userAgent), .text(client.user)] + counts
                    + [Cell(client.all), .text(English.list(client.resources, atMost: 3))]
            })
        rest(run.figures.clientCount, "client")
    }

    private mutating func evidence() {
        section("How sure this is")
        for sentence in page.certaintySentences {
            text += "* \(markdownText(sentence.text))\n"
        }
        text += "\n"
    }

    private mutating func inputs() {
        guard !page.inputs.isEmpty else { return }
        section("Inputs")
        table(
            page.hasDigests ? ["input", "SHA-256"] : ["input"],
            page.inputs.prefix(Self.mostRows).map { input in
                [.text(input.name)]
                    + (page.hasDigests ? [.text(input.sha256 ?? "not there any more")] : [])
            })
        rest(page.inputs.count, "input")
        text +=
            "kubeskew \(markdownText(page.toolVersion)), \(Wording.instant(page.madeAt)) UTC\n"
    }

    // MARK: Pieces

    private mutating func section(_ title: String, of run: ReportPage.Run? = nil) {
        let label = page.runs.count > 1 ? run.map { ", \(page.label(of: $0))" } ?? "" : ""
        text += "## \(markdownText(title + label))\n\n"
    }

    private mutating func table(_ names: [String], _ rows: [[Cell]]) {
        var bytes: [UInt8] = []
        // Two servers may be called like a column; a table of Markdown does not mind.
        guard
            var writer = try? RowWriter(
                columns: names.map { Column($0) }, options: RowOptions(format: .markdown))
        else { return }
        for row in rows { writer.append(row, to: &bytes) }
        writer.finish(&bytes)
        text += String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private mutating func rest(_ count: Int, _ word: String, shown: Int = ReportMarkdown.mostRows) {
        guard count > shown else { return }
        text += "and \(Wording.count(count - shown, "more \(word)"))\n\n"
    }
}

extension ReportPage {
    /// What the page says, as Markdown.
    public func markdown() -> [UInt8] {
        var document = ReportMarkdown(self)
        return Array(document.rendered().utf8)
    }
}
