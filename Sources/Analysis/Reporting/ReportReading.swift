import ControlPlane
import Findings
import KubeAPI
import Output
import Recording
public import Report
import SQLiteKit

/// Fills a report's page from a recording: the main flow of `report`.
///
/// A few grouped queries for each run, and for the findings that get a card one look-up each; what a
/// page cannot hold is counted and not read.
public struct ReportReading: ~Copyable {
    private let recording: Recording
    private var page = ReportPage()

    /// - Parameter madeAt: the clock's instant, which the page shows.
    public init(path: String, madeAt: Int64) throws {
        recording = try Recording(path: path, access: .read)
        page.recording = path
        page.toolVersion = toolVersion
        page.madeAt = madeAt
    }

    /// - Parameter names: one run or two; none for the latest.
    public consuming func page(ofRuns names: [String]) throws -> ReportPage {
        var lookups: [RunLookup] = []
        for name in names { lookups.append(try RunLookup(name, in: recording)) }
        if lookups.isEmpty { lookups.append(try RunLookup(nil, in: recording)) }
        try readTraffic(ofRuns: lookups.map(\.name))
        let frame = ReportFrame(page)
        for lookup in lookups {
            let other = lookups.first { $0.name != lookup.name }?.name
            let reading = try RunReading(lookup, other: other, in: recording, frame: frame)
            page.runs.append(try reading.run(in: recording))
        }
        page.requests = page.runs.map(\.requests).max() ?? 0
        page.kinds = ReportReading.kindTexts
        page.facts = Facts.numbers.map { .init($0, Facts.meaning(of: $0) ?? "") }
        try readCoverage()
        return page
    }

    private static var kindTexts: [ReportPage.KindText] {
        RuleBook.pages.map { page in
            ReportPage.KindText(
                kind: page.kind.rawValue, title: page.title, cause: page.cause,
                advice: page.advice, blindness: page.blindness, facts: page.facts)
        }
    }

    // MARK: Traffic

    /// Rows beyond which the density of requests is drawn from a sample.
    private static let mostCounted: Int64 = 400_000

    private mutating func readTraffic(ofRuns runs: [String]) throws {
        let bounds = try recording.rows(
            """
            SELECT min(first_ns), max(last_ns), max(truncated), (SELECT max(id) FROM request)
            FROM run WHERE name IN (?1, ?2)
            """,
            bind: { statement in
                statement.bind(1, runs.first ?? "")
                statement.bind(2, runs.last ?? "")
            }
        ) { row in (0..<4).map { row.integer($0) } }
        guard let bounds = bounds.first else { return }
        page.firstAt = bounds[0]
        page.lastAt = bounds[1]
        page.coverage.truncated = Int(bounds[2])
        let step = max(1, bounds[3] / ReportReading.mostCounted)
        page.sampledOneIn = Int(step)
        let rows =
            step == 1
            ? "request WHERE origin IS NULL"
            : """
            (WITH RECURSIVE s(id) AS (
                SELECT 1 UNION ALL SELECT id + \(step) FROM s WHERE id + \(step) <= \(bounds[3]))
            SELECT r.* FROM s JOIN request AS r ON r.id = s.id WHERE r.origin IS NULL)
            """
        page.traffic = try recording.series(
            """
            SELECT 'traffic', (SELECT name FROM server AS n WHERE n.id = server),
                (at_ns - ?1) / ?2 AS bin, count(*)
            FROM \(rows) GROUP BY server, bin ORDER BY server, bin
            """, page.firstAt, page.binWidth)
    }

    // MARK: Coverage

    private mutating func readCoverage() throws {
        var servers: [ReportPage.Coverage.Server] = []
        let rows = try recording.rows(
            """
            SELECT server, level, stage, sum(requests) FROM v_coverage
            WHERE requests > 0 GROUP BY 1, 2, 3 ORDER BY 1
            """
        ) { (name: $0.text(0), level: $0.text(1), stage: $0.text(2), count: Int($0.integer(3))) }
        for row in rows {
            if servers.last?.name != row.name {
                servers.append(ReportPage.Coverage.Server())
                servers[servers.count - 1].name = row.name
            }
            var server = servers.removeLast()
            server.requests += row.count
            switch row.level {
            case "Metadata": server.metadata += row.count
            case "Request": server.request += row.count
            case "RequestResponse": server.requestResponse += row.count
            default: break
            }
            if row.stage == "RequestReceived" { server.unfinished += row.count }
            servers.append(server)
        }
        let seen = Set(servers.map(\.name))
        page.coverage.missingServers = Set(page.runs.flatMap(\.lanes).map(\.server))
            .filter { !seen.contains($0) }.sorted()
        page.coverage.servers = servers
        page.coverage.rejects = try recording.count("SELECT sum(rejects) FROM reject_count")
        page.coverage.objects = try recording.count("SELECT count(*) FROM object")
        page.coverage.owners = try recording.count("SELECT count(*) FROM owner")
    }
}

/// The time that all pictures of a page share.
struct ReportFrame {
    let firstAt: Int64
    let binWidth: Int64

    init(_ page: ReportPage) {
        firstAt = page.firstAt
        binWidth = page.binWidth
    }
}

// What report queries have in common.
extension Recording {
    func rows<Row>(
        _ sql: String, bind: (inout Statement) -> Void = { _ in },
        _ row: (borrowing Statement) -> Row
    ) throws -> [Row] {
        try run { connection throws(SQLiteError) in
            var select = try connection.prepare(sql)
            bind(&select)
            var rows: [Row] = []
            while try select.step() { rows.append(row(select)) }
            return rows
        }
    }

    func count(_ sql: String, bind: (inout Statement) -> Void = { _ in }) throws -> Int {
        try rows(sql, bind: bind) { Int($0.integer(0)) }.first ?? 0
    }

    /// Rows of mark, server, bin and count, sorted by the first two; bins outside are left out.
    func series(_ sql: String, _ values: Int64...) throws -> [ReportPage.Series] {
        let points = try rows(
            sql,
            bind: { statement in
                for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
            }
        ) { row in
            (
                mark: ReportPage.Mark(rawValue: row.text(0)), server: row.text(1),
                bin: row.integer(2), count: Int(row.integer(3))
            )
        }
        var series: [ReportPage.Series] = []
        for point in points where (0..<Int64(ReportPage.bins)).contains(point.bin) {
            guard let mark = point.mark else { continue }
            if series.last?.mark != mark || series.last?.server != point.server {
                series.append(ReportPage.Series(mark, server: point.server, points: []))
            }
            series[series.count - 1].points.append(.init(bin: Int(point.bin), count: point.count))
        }
        return series
    }
}
