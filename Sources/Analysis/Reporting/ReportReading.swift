import ControlPlane
import Findings
import KubeAPI
public import Recording
public import Report

/// Fills a report's page from a recording: the main flow of `report`.
///
/// A few grouped queries for each run, and for the findings that get a card one look-up each; what
/// a page cannot hold is counted and not read.
public struct ReportReading: ~Copyable {
    private let recording: Recording
    private var page = ReportPage()

    /// - Parameters:
    ///   - clusters: whose run it is of.
    ///   - madeAt: the clock's instant, which the page shows.
    public init(path: String, of clusters: Clusters = .only, madeAt: Int64) throws {
        let recording = try Recording(path: path, access: .read, of: clusters)
        try recording.beginReading()
        self.recording = recording
        page.recording = path
        page.toolVersion = toolVersion
        page.madeAt = madeAt
    }

    /// - Parameters:
    ///   - names: one run or two; none for the latest.
    ///   - filter: what of the lists is wanted; verdict and counts are those of the whole.
    public consuming func page(ofRuns names: [String], filter: Filter? = nil) throws -> ReportPage {
        var runs: [StoredRun] = []
        for name in names { runs.append(try recording.knownRun(name)) }
        if runs.isEmpty { runs.append(try recording.knownRun(nil)) }
        let contents = try recording.contents()
        try readTraffic(ofRuns: runs, lastRequest: contents.lastRequest)
        let wanted = filter?.isEmpty == false ? filter : nil
        page.narrowing = wanted?.description ?? ""
        let bins = Bins(page.firstAt, page.binWidth)
        for run in runs {
            let other = runs.first { $0.name != run.name }
            page.runs.append(
                try RunReading(run, beside: other, bins, filter: wanted).run(in: recording))
        }
        try readDetail(ofRuns: runs, lastRequest: contents.lastRequest)
        page.moments = ControllerMoments.all(
            try recording.controllerSigns(renewedWithin: ControllerMoments.leaseDuration))
        page.inputs = try recording.inputNames().map { ReportPage.Input(name: $0) }
        page.changes = changes(runs)
        page.requests = page.runs.map(\.requests).max() ?? 0
        page.kinds = RuleBook.pages.map { page in
            ReportPage.KindText(
                kind: page.kind, title: page.title, cause: page.cause, advice: page.advice,
                blindness: page.blindness, facts: page.facts)
        }
        page.facts = Facts.numbers.map { .init($0, Facts.meaning(of: $0) ?? "") }
        page.coverage.objects = contents.objects
        page.coverage.owners = contents.owners
        page.coverage.rejects = contents.rejects
        try readCoverage()
        return page
    }

    /// Rows beyond which the density of requests is drawn from a sample.
    private static let mostCounted: Int64 = 400_000

    /// The time in which servers disagreed, in bins of its own.
    private mutating func readDetail(ofRuns runs: [StoredRun], lastRequest: Int64) throws {
        guard let span = page.detailSpan else { return }
        var detail = ReportPage.Stretch(from: span.from, until: span.until)
        let bins = Bins(detail.from, detail.binWidth)
        detail.traffic = ReportPage.Series.all(
            .traffic,
            try recording.density(
                ofRequestsIn: bins, oneIn: Int64(page.sampledOneIn), of: lastRequest))
        for (place, run) in runs.enumerated() {
            let reading = RunReading(run, beside: nil, bins, filter: nil)
            page.runs[place].detailMarks = try reading.marks(recording)
            page.runs[place].detailConsequences = try reading.consequences(recording)
        }
        page.detail = detail
    }

    private func changes(_ runs: [StoredRun]) -> [ReportPage.Change] {
        let scenarios = runs.compactMap { $0.readScenario(origin: page.firstAt) }
        return scenarios.count == 2 ? RunChanges.all(from: scenarios[0], to: scenarios[1]) : []
    }

    private mutating func readTraffic(ofRuns runs: [StoredRun], lastRequest: Int64) throws {
        page.firstAt = runs.map(\.firstAt).min() ?? 0
        page.lastAt = runs.map(\.lastAt).max() ?? 0
        page.coverage.truncated = runs.map(\.truncated).max() ?? 0
        let step = max(1, lastRequest / ReportReading.mostCounted)
        page.sampledOneIn = Int(step)
        page.traffic = ReportPage.Series.all(
            .traffic,
            try recording.density(
                ofRequestsIn: Bins(page.firstAt, page.binWidth), oneIn: step,
                of: lastRequest))
    }

    private mutating func readCoverage() throws {
        let names = try recording.serverNames()
        var servers: [String: ReportPage.Coverage.Server] = [:]
        for row in try recording.coverage() {
            let name = names.indices.contains(Int(row.server)) ? names[Int(row.server)] : ""
            var server = servers[name] ?? ReportPage.Coverage.Server()
            server.name = name
            server.requests += row.requests
            switch row.level {
            case .metadata: server.metadata += row.requests
            case .request: server.request += row.requests
            case .requestResponse: server.requestResponse += row.requests
            case .none: break
            }
            if row.stage == .requestReceived { server.unfinished += row.requests }
            servers[name] = server
        }
        page.coverage.servers = servers.values.sorted { $0.name < $1.name }
        page.coverage.missingServers = Set(page.runs.flatMap(\.lanes).map(\.server))
            .filter { servers[$0] == nil }.sorted()
    }
}

extension Bins {
    /// As many as a picture has.
    init(_ from: Int64, _ width: Int64) {
        self.init(from: from, width: width, count: ReportPage.bins)
    }
}

extension ReportPage.Series {
    /// One for each server, by which the rows are sorted; bins outside the picture are left out.
    static func all(_ mark: ReportPage.Mark, _ rows: [Density]) -> [ReportPage.Series] {
        var series: [ReportPage.Series] = []
        for row in rows where (0..<Int64(ReportPage.bins)).contains(row.bin) {
            if series.last?.server != row.server {
                series.append(ReportPage.Series(mark, server: row.server, points: []))
            }
            series[series.count - 1].points.append(.init(bin: Int(row.bin), count: row.count))
        }
        return series
    }
}
