public import Judgments
import SQLiteKit

// The findings of a run, as they are listed.
extension Recording {
    /// The gravest first.
    ///
    /// - Parameter withPlaces: whether to look up where the input shows each best.
    public func findings(
        of run: StoredRun, withPlaces: Bool
    ) throws(RecordingError) -> [ListedFinding] {
        // Packets have frame numbers and no lines, so only logs get one.
        let place = """
            , q.source, iif(q.from_wire, NULL, q.position) FROM finding AS f
            LEFT JOIN v_request AS q ON q.request_id = (
                SELECT e.request FROM finding_request AS e
                WHERE e.run = ?1 AND e.finding_id = f.finding_id
                ORDER BY \(Order.role), e.request LIMIT 1)
            """
        let sql = """
            SELECT \(findingColumns)\(withPlaces ? place : " FROM finding AS f") WHERE f.run = ?1
            ORDER BY \(Order.severity), \(Order.grade), \(Order.kind), f.requests DESC,
                f.first_ns, f.finding_id
            """
        return try rows(sql, [.integer(run.id)]) { row -> ListedFinding? in
            guard let finding = Finding(row) else { return nil }
            var listed = ListedFinding(finding, id: row.text(0))
            guard withPlaces, !row.isNull(findingColumnCount) else { return listed }
            listed.file = row.text(findingColumnCount)
            listed.line = row.optional(findingColumnCount + 1).map { Int($0) }
            return listed
        }
    }

    /// The id of a run's finding that is this, or the only one that begins so.
    public func findingID(_ text: String, ofRun run: StoredRun) throws(RecordingError) -> String? {
        let found = try findingIDs(beginning: text, ofRun: run)
        guard let first = found.first else { return nil }
        return first == text || found.count == 1 ? first : nil
    }

    /// The first few ids of a run's findings that begin so; one that is exactly this comes first.
    public func findingIDs(
        beginning text: String, ofRun run: StoredRun
    ) throws(RecordingError) -> [String] {
        try texts(
            """
            SELECT finding_id FROM finding
            WHERE run = ?1 AND substr(finding_id, 1, length(?2)) = ?2
            ORDER BY finding_id <> ?2, finding_id LIMIT 5
            """, [.integer(run.id), .text(text)])
    }

    /// The ids of all findings of a run; nil where there is no run of that name.
    public func findingIDs(ofRun name: String) throws(RecordingError) -> Set<String>? {
        guard let run = try storedRun(name) else { return nil }
        return Set(
            try texts("SELECT finding_id FROM finding WHERE run = ?", [.integer(run.id)]))
    }
}

let findingColumnCount = 15

/// What `Finding.init` reads, of a `finding AS f`.
let findingColumns = """
    f.finding_id, f.kind, f.grade, f.subject, f.summary, f.requests, f.first_ns, f.last_ns,
        f.api_group, f.api_version, f.resource, f.namespace, f.user, f.user_agent, f.server
    """

extension Finding {
    /// Without what it lists; nil where a word is none of this tool's.
    init?(_ row: borrowing Statement) {
        guard let kind = Kind(rawValue: row.text(1)), let grade = Grade(rawValue: row.text(2))
        else { return nil }
        self.init(kind, grade, subject: row.text(3))
        summary = row.text(4)
        requests = Int(row.integer(5))
        firstAt = row.optionalInstant(6)
        lastAt = row.optionalInstant(7)
        group = row.text(8)
        version = row.text(9)
        resource = row.text(10)
        namespace = row.text(11)
        user = row.text(12)
        userAgent = row.text(13)
        server = row.text(14)
    }
}
