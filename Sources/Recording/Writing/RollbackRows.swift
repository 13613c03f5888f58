public import Judgments
import KubeAPI
import SQLiteKit

/// The rows of a run's limit of rollbacks: one, and one for each first use.
enum RollbackRows {
    static func insert(
        _ limit: RollbackLimit, run: Int64, on connection: borrowing Connection
    ) throws(SQLiteError) {
        var row = try connection.prepare("INSERT INTO main.rollback_limit VALUES (?, ?, ?, ?)")
        row.bind(1, run)
        row.bind(2, limit.old.description)
        row.bind(3, limit.new.description)
        row.bind(4, limit.freeUntil)
        try row.run()
        var insert = try connection.prepare(
            "INSERT INTO main.rollback_use VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (place, use) in limit.uses.enumerated() {
            let id = use.resource
            insert.bind([
                .integer(run), .integer(Int64(place)), .text(use.what.rawValue), .integer(use.at),
                .integer(use.request), .text(id.group), .text(id.version), .text(id.resource),
                .text(use.object), .text(use.field), .text(use.user), .text(use.userAgent),
            ])
            try insert.run()
        }
    }
}

extension Recording {
    /// Until when a run's older release could have been gone back to; nil where it has but one.
    ///
    /// - Parameter limit: how many of the first uses are read; those that end it come first.
    public func rollbackLimit(
        of run: StoredRun, uses limit: Int
    ) throws(RecordingError) -> RollbackLimit? {
        let releases =
            try rows(
                "SELECT old_release, new_release FROM rollback_limit WHERE run = ?",
                [.integer(run.id)]
            ) { row in [Release(row.text(0)), Release(row.text(1))] }.first ?? []
        guard releases.count == 2, let old = releases[0], let new = releases[1] else { return nil }
        let uses: [RollbackLimit.Use] = try rows(
            """
            SELECT what, at_ns, request, api_group, api_version, resource, object, field, user,
                user_agent FROM rollback_use WHERE run = ?
            ORDER BY what = 'request', at_ns, place LIMIT ?
            """, [.integer(run.id), .integer(Int64(limit))]
        ) { row in
            RollbackLimit.Use.What(rawValue: row.text(0)).map { what in
                RollbackLimit.Use(
                    what: what, at: row.instant(1), request: row.integer(2),
                    resource: GroupVersionResource(
                        group: row.text(3), version: row.text(4), resource: row.text(5)),
                    object: row.text(6), field: row.text(7), user: row.text(8),
                    userAgent: row.text(9))
            }
        }
        var found = RollbackLimit(old: old, new: new, uses: uses)
        found.useCount = try count(
            "SELECT count(*) FROM rollback_use WHERE run = ?", [.integer(run.id)])
        return found
    }
}
