import Bytes
import Judgments
import Output
import Recording
import Report

/// What to bring back, as the query of that name lists it.
struct Restorations {
    private(set) var list: [ReportPage.Restoration] = []
    private(set) var count = 0

    /// What a report holds at most; the query lists them all.
    private static let most = 5_000

    init(ofRun run: String, in recording: borrowing Recording, filter: Filter?) throws {
        let name = "findings/restore"
        guard let text = embeddedQueries.first(where: { $0.name == name })?.text else { return }
        let query = try QueryRun(
            recordingPath: recording.path, of: .named(recording.cluster),
            query: QueryText(query: text), settings: [("run", run)], timeLimit: nil)
        var places: [String: Int] = [:]
        var found = Restorations()
        try query.read { columns in
            for (place, column) in columns.enumerated() { places[column.name] = place }
        } row: { cells in
            found.take(ReportPage.Restoration(cells, places), filter)
            return true
        }
        self = found
    }

    private init() {}

    private mutating func take(_ item: ReportPage.Restoration, _ filter: Filter?) {
        guard filter?.allows(item) ?? true else { return }
        count += 1
        if list.count < Restorations.most { list.append(item) }
    }
}

extension ReportPage.Restoration {
    fileprivate init(_ cells: [Cell], _ places: [String: Int]) {
        func text(_ column: String) -> String {
            guard let place = places[column], case .text(let text) = cells[place] else { return "" }
            return text
        }
        var object = Finding.Identity()
        object.group = text("api_group")
        object.version = text("api_version")
        object.resource = text("resource")
        object.namespace = text("namespace")
        object.name = text("name")
        object.uid = text("uid")
        self.init(
            action: text("action"), object: object,
            deletedAt: RFC3339.nanoseconds(text("deleted_at")), grade: text("grade"),
            because: text("because"), finding: text("finding"))
    }
}
