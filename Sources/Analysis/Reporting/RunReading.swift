import Bytes
import Configuration
import ControlPlane
import Judgments
import KubeAPI
import Recording
import Report

/// Reads what a report shows of one run: counts, marks in time, findings, clients.
struct RunReading {
    private let stored: StoredRun
    private let other: StoredRun?
    private let bins: Bins
    private let filter: Filter?

    /// What a page shows of one kind at most.
    private static let perKind = 60

    init(_ stored: StoredRun, beside other: StoredRun?, _ bins: Bins, filter: Filter?) {
        self.stored = stored
        self.other = other
        self.bins = bins
        self.filter = filter
    }

    func run(in recording: borrowing Recording) throws -> ReportPage.Run {
        var run = try RunReading.outcome(
            of: stored, in: recording,
            exposures: (ReportPage.mostExposed, ReportPage.mostExposedClients))
        readScenario(into: &run)
        run.marks = try marks(recording)
        run.consequences = try consequences(recording)
        let wanted = try filter.map { filter in
            let list = try FindingList(recording, run: stored, filter: filter, withPlaces: false)
            return Set(list.rows.map(\.id))
        }
        run.findings = try recording.cases(
            of: stored, perKind: RunReading.perKind, beside: other, among: wanted)
        if let filter { run.figures.clients.removeAll { !filter.allows($0) } }
        let restore = try Restorations(
            ofRun: stored.name, in: recording, filter: filter)
        run.restore = restore.list
        run.restoreCount = restore.count
        return run
    }

    /// What the first sentence is made of.
    static func outcome(
        of stored: StoredRun, in recording: borrowing Recording,
        exposures: (apis: Int, clients: Int)? = nil
    ) throws -> ReportPage.Run {
        var run = ReportPage.Run()
        run.name = stored.name
        run.mode = stored.mode
        run.requests = stored.requests
        run.evidence = try recording.evidence(of: stored)
        run.figures = try recording.figures(of: stored, exposures: exposures)
        for index in run.figures.victims.indices where run.figures.victims[index].kind.isEmpty {
            run.figures.victims[index].kind = kind(run.figures.victims[index].resource)
        }
        return run
    }

    private func readScenario(into run: inout ReportPage.Run) {
        guard let scenario = stored.readScenario(origin: bins.from) else { return }
        run.scenario = scenario.name
        run.lanes = scenario.servers.map(ReportPage.Lane.init)
    }

    /// Deletions and removed namespaces.
    func consequences(_ recording: borrowing Recording) throws -> [ReportPage.Series] {
        ReportPage.Series.all(.deleted, try recording.density(ofVictimsIn: bins, of: stored))
            + ReportPage.Series.all(.namespace, try recording.density(ofLeaksIn: bins, of: stored))
    }

    func marks(_ recording: borrowing Recording) throws -> [ReportPage.Series] {
        let marked = Outcome.allCases.filter { ReportPage.Mark($0) != nil }
        let rows = try recording.density(of: marked, in: bins, of: stored)
        return marked.flatMap { outcome in
            ReportPage.Mark(outcome).map { mark in
                ReportPage.Series.all(
                    mark, rows.filter { $0.outcome == outcome }.map(\.density))
            } ?? []
        }
    }

    /// The kind as the catalogue has it, of an object that does not say it.
    private static func kind(_ resource: GroupVersionResource) -> String {
        for release in Release.all.reversed() {
            if let known = Catalogue.resource(resource, in: release) { return known.kind }
        }
        return ""
    }
}

extension StoredRun {
    /// Nil where its text is no scenario of this version.
    func readScenario(origin: Int64) -> Scenario? {
        let reading = ScenarioFile.read(
            Array(scenario.utf8), fileName: "scenario of run \(name)", origin: origin)
        return reading.isUsable ? reading.scenario : nil
    }
}

extension ReportPage.Lane {
    init(_ server: Scenario.Server) {
        self.init(
            server: server.name,
            processes: server.processes.map { process in
                Process(
                    release: process.release.description, from: process.startedAt,
                    readyAt: process.startedAt.clampedAdding(process.readyAfter),
                    until: process.stoppedAt)
            })
    }
}
