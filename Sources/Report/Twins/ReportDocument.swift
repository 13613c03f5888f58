import Bytes
import Judgments
import KubeAPI
import Output

/// The report as one JSON document, for programs: what the page shows, as data.
///
/// `report.schema.json` describes it. Members are added within a version, never taken away or given
/// another meaning.
struct ReportDocument {
    static let version = "kubeskew.dev/report/v1"

    private let page: ReportPage

    init(_ page: ReportPage) { self.page = page }

    var value: JSONDocument {
        .object([
            ("schema", .text(ReportDocument.version)),
            ("tool_version", .text(page.toolVersion)),
            ("made_at", .instant(page.madeAt)),
            ("narrowed_to", .text(page.narrowing)),
            ("recording", recording),
            ("runs", .array(page.runs.map(run))),
            (
                "changes",
                .array(
                    page.changes.map {
                        .object([
                            ("what", .text($0.what)), ("before", .text($0.before)),
                            ("after", .text($0.after)),
                        ])
                    })
            ),
            ("controllers", .array(page.moments.map(ReportDocument.moment))),
        ])
    }

    private var recording: JSONDocument {
        let coverage = page.coverage
        return .object([
            ("name", .text(page.recording)),
            ("first_at", .instant(page.firstAt)),
            ("last_at", .instant(page.lastAt)),
            ("requests", .number(page.requests)),
            ("objects", .number(coverage.objects)),
            ("owner_references", .number(coverage.owners)),
            ("unread_lines", .number(coverage.rejects)),
            ("cut_records", .number(coverage.truncated)),
            (
                "servers",
                .array(
                    coverage.servers.map {
                        .object([
                            ("name", .text($0.name)), ("requests", .number($0.requests)),
                            ("with_bodies", .number($0.request + $0.requestResponse)),
                            ("unanswered", .number($0.unfinished)),
                        ])
                    })
            ),
            ("missing_servers", .texts(coverage.missingServers)),
            (
                "inputs",
                .array(
                    page.inputs.map {
                        .object([("name", .text($0.name)), ("sha256", .cell(.init($0.sha256)))])
                    })
            ),
        ])
    }

    private static func moment(_ moment: ControllerMoment) -> JSONDocument {
        .object([
            ("at", .instant(moment.at)), ("component", .text(moment.component)),
            ("what", .text(moment.what.rawValue)), ("server", .text(moment.server)),
            ("client", .text(moment.client)),
        ])
    }

    private func run(_ run: ReportPage.Run) -> JSONDocument {
        let headline = Headline(run)
        let mixed = MixedReleases(run.lanes, from: page.firstAt, until: page.lastAt)
        return .object([
            ("run", .text(run.name)),
            ("mode", .text(run.mode.rawValue)),
            ("scenario", .text(run.scenario)),
            ("requests", .number(run.requests)),
            (
                "verdict",
                .object([
                    ("mood", .text(headline.mood.rawValue)), ("sentence", .text(headline.sentence)),
                    ("evidence", .text(EvidenceState(run.evidence).rawValue)),
                ])
            ),
            ("servers", .array(run.lanes.map(lane))),
            (
                "mixed",
                .array(
                    mixed.windows.map {
                        .object([
                            ("from", .instant($0.from)), ("until", .instant($0.until)),
                        ])
                    })
            ),
            ("outcomes", .array(run.figures.outcomes.map(ReportDocument.outcome))),
            ("counts", .array(run.figures.findings.map(ReportDocument.count))),
            ("findings", .array(run.findings.map(ReportDocument.finding))),
            ("restore_count", .number(run.restoreCount)),
            ("restore", .array(run.restore.map(ReportDocument.restoration))),
            ("client_count", .number(run.figures.clientCount)),
            ("clients", .array(run.figures.clients.map(ReportDocument.client))),
            ("exposed_count", .number(run.figures.exposureCount)),
            ("exposed", .array(run.figures.exposures.map(ReportDocument.exposure))),
            ("rollback", ReportDocument.rollback(run.figures.rollback)),
            ("evidence", .array(run.evidence.map(ReportDocument.evidence))),
        ])
    }

    private func lane(_ lane: ReportPage.Lane) -> JSONDocument {
        .object([
            ("server", .text(lane.server)),
            (
                "processes",
                .array(
                    lane.processes.map {
                        .object([
                            ("release", .text($0.release)), ("from", .instant($0.from)),
                            ("ready_at", .instant($0.readyAt)), ("until", .instant($0.until)),
                        ])
                    })
            ),
        ])
    }
}

// What the lists of a run hold.
extension ReportDocument {
    private static func outcome(_ count: OutcomeCount) -> JSONDocument {
        .object([
            ("outcome", .text(count.outcome.text)), ("certain", .number(count.certain)),
            ("possible", .number(count.possible)),
        ])
    }

    private static func count(_ count: FindingCount) -> JSONDocument {
        .object([
            ("kind", .text(count.kind.rawValue)), ("grade", .text(count.grade.rawValue)),
            ("findings", .number(count.findings)), ("requests", .number(count.requests)),
        ])
    }

    private static func finding(_ item: FindingCase) -> JSONDocument {
        let finding = item.finding
        var members: [(key: String, value: JSONDocument)] = [
            ("finding_id", .text(item.id)), ("kind", .text(finding.kind.rawValue)),
            ("severity", .text(finding.severity.rawValue)),
            ("grade", .text(finding.grade.rawValue)), ("summary", .text(finding.summary)),
            ("subject", .text(finding.subject)), ("requests", .number(finding.requests)),
            ("first_at", .instant(finding.firstAt)), ("last_at", .instant(finding.lastAt)),
            ("api_group", .text(finding.group)), ("api_version", .text(finding.version)),
            ("resource", .text(finding.resource)), ("namespace", .text(finding.namespace)),
            ("user", .text(finding.user)), ("user_agent", .text(finding.userAgent)),
            ("server", .text(finding.server)),
            ("object_count", .number(item.victimCount)),
            ("evidence", .array(item.exhibits.map(exhibit))),
        ]
        if let isInOther = item.isInOther {
            members.append(("in_other_run", .cell(.boolean(isInOther))))
        }
        return .object(members)
    }

    private static func exhibit(_ item: Exhibit) -> JSONDocument {
        .object([
            ("request_id", .number(Int(item.request))), ("role", .text(item.role.rawValue)),
            ("at", .instant(item.at)), ("server", .text(item.server)),
            ("servers", .text(item.servers)), ("verb", .text(item.verb)),
            ("path", .text(item.path)), ("status", .number(item.status)),
            ("not_found", .text(item.notFound)), ("audit_id", .text(item.auditID)),
            ("source", .text(item.source)), ("position", .number(Int(item.position))),
            ("reason", .text(item.reason)),
        ])
    }

    private static func restoration(_ item: ReportPage.Restoration) -> JSONDocument {
        .object(zip(Restoring.columns, Restoring.cells(item)).map { ($0.name, .cell($1)) })
    }

    private static func client(_ client: Sufferer) -> JSONDocument {
        .object([
            ("user", .text(client.user)), ("user_agent", .text(client.userAgent)),
            ("wrong_404", .number(client.wrong404)), ("wrong_503", .number(client.wrong503)),
            ("looped", .number(client.looped)), ("unreachable", .number(client.unreachable)),
            (
                "servers",
                .array(
                    client.servers.map {
                        .object([("server", .text($0.name)), ("requests", .number($0.requests))])
                    })
            ),
            ("first_at", .instant(client.firstAt)), ("last_at", .instant(client.lastAt)),
            ("resources", .texts(client.resources)),
        ])
    }

    private static func exposure(_ exposure: Exposure) -> JSONDocument {
        .object([
            ("api_group", .text(exposure.resource.group)),
            ("api_version", .text(exposure.resource.version)),
            ("resource", .text(exposure.resource.resource)),
            ("from", .instant(exposure.from)), ("until", .instant(exposure.until)),
            ("length_ns", .cell(.integer(exposure.length))),
            ("refusing", .texts(exposure.refusing)), ("serving", .texts(exposure.serving)),
            ("requests", .number(exposure.requests)),
            ("client_count", .number(exposure.clientCount)),
        ])
    }

    private static func rollback(_ limit: RollbackLimit?) -> JSONDocument {
        guard let limit else { return .cell(.null) }
        return .object([
            ("old_release", .text(limit.old.description)),
            ("new_release", .text(limit.new.description)),
            ("free_until", .instant(limit.freeUntil)), ("uses", .number(limit.useCount)),
        ])
    }

    private static func evidence(_ one: Evidence) -> JSONDocument {
        .object([
            ("kind", .text(one.kind.rawValue)), ("weight", .text(one.weight.rawValue)),
            ("subject", .text(one.subject)), ("summary", .text(one.summary)),
            ("effect", .text(one.effect)), ("remedy", .text(one.remedy)),
        ])
    }
}

extension JSONDocument {
    /// RFC 3339; null where there is none.
    fileprivate static func instant(_ nanoseconds: Int64?) -> JSONDocument {
        .cell(Cell(nanoseconds.map(RFC3339.text)))
    }

    fileprivate static func texts(_ texts: [String]) -> JSONDocument {
        .array(texts.map(JSONDocument.text))
    }
}

extension ReportPage {
    /// The page's content as JSON.
    public func json() -> [UInt8] { Array((ReportDocument(self).value.rendered() + "\n").utf8) }
}
