import KubeAPI
import SQLiteKit

// All records together: which passes make one request. Nothing is being stored meanwhile.
extension PassIndex {
    /// Stores what still waits, and settles which passes make one request.
    mutating func finish(
        _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        try release(&summary)
        let store = try flush()
        if mustSort {
            try settleSorted(store)
        } else {
            try settleNoted(store)
        }
        try store.add(takeCoverage())
    }

    private mutating func settleNoted(_ store: BatchStore) throws(SQLiteError) {
        var groups: [Int64] = []
        for key in noted.sorted() {
            var probe = table.probe(key)
            var row = table.next(&probe)
            while row != 0 {
                groups.append(row)
                row = table.next(&probe)
            }
            groups.append(0)
        }
        var clocks: ClockOffsets?
        try settle(groups, &clocks, store)
    }

    /// The same without the table, which held too little: SQLite sorts the audit ids, on disk.
    private mutating func settleSorted(
        _ store: BatchStore
    ) throws(SQLiteError) {
        var groups: [Int64] = []
        var clocks: ClockOffsets?
        for select in [PassIndex.rowsByAuditID, PassIndex.rowsByContent] {
            var rows = try store.recording.connection.prepare(select)
            while try rows.step() {
                // The second column is 1 where a new group begins.
                if rows.integer(1) == 1 { groups.append(0) }
                groups.append(rows.integer(0))
                if groups.count > PassIndex.notedBound, rows.integer(1) == 1 {
                    let last = groups.removeLast()
                    try settle(groups, &clocks, store)
                    groups = [last]
                }
            }
            try settle(groups, &clocks, store)
            groups.removeAll()
        }
    }

    private static let rowsByAuditID = """
        SELECT id, audit_id IS NOT lag(audit_id) OVER w FROM request WHERE audit_id <> ''
        WINDOW w AS (ORDER BY audit_id, id)
        """

    private static let rowsByContent = """
        SELECT id, (at_ns, server, verb, resource, namespace, name, path, query, client)
            IS NOT (lag(at_ns) OVER w, lag(server) OVER w, lag(verb) OVER w, lag(resource) OVER w,
                lag(namespace) OVER w, lag(name) OVER w, lag(path) OVER w, lag(query) OVER w,
                lag(client) OVER w)
        FROM request WHERE audit_id = ''
        WINDOW w AS (
            ORDER BY at_ns, server, verb, resource, namespace, name, path, query, client, id)
        """

    /// Settles groups of rows, each the rows of one key, with zeros in between.
    private mutating func settle(
        _ groups: [Int64], _ clocks: inout ClockOffsets?, _ store: BatchStore
    ) throws(SQLiteError) {
        let groups = groups.split(separator: 0).filter { $0.count > 1 }
        if clocks == nil {
            var learned = ClockOffsets()
            for group in groups.prefix(PassIndex.clockSamples) where group.count == 2 {
                let pair = try load(group, store)
                if pair.count == 2, pair[0].asksTheSame(as: pair[1]) {
                    learned.learn(pair[0], pair[1])
                }
            }
            learned.settle()
            clocks = learned
        }
        guard let clocks else { return }
        for group in groups { try settle(load(group, store), clocks, store) }
    }

    private func load(
        _ rows: ArraySlice<Int64>, _ store: BatchStore
    ) throws(SQLiteError) -> [Pass] {
        var loaded: [Pass] = []
        for row in rows {
            guard let stored = try store.passes.row(row) else { continue }
            let client = Int(stored.request.client)
            loaded.append(
                Pass(
                    row: row, request: stored.request, key: stored.key, origin: stored.origin,
                    user: client < effectiveUsers.count ? effectiveUsers[client] : 0))
        }
        return loaded
    }

    private mutating func settle(
        _ group: [Pass], _ clocks: ClockOffsets, _ store: BatchStore
    ) throws(SQLiteError) {
        // Keys that share a tag in the table come in one group.
        for key in Set(group.map(\.key)).sorted() {
            let rows = try withoutDuplicates(group.filter { $0.key == key }, store)
            for request in requests(of: rows, clocks) { try link(request, store) }
        }
    }

    /// Merges rows of one pass into the first of them.
    private mutating func withoutDuplicates(
        _ rows: [Pass], _ store: BatchStore
    ) throws(SQLiteError) -> [Pass] {
        var kept: [Pass] = []
        for row in rows.sorted(by: { $0.row < $1.row }) {
            let first = kept.firstIndex {
                $0.request.server == row.request.server && $0.request.at == row.request.at
            }
            guard let first else {
                kept.append(row)
                continue
            }
            let whole = merged(kept[first].request, row.request)
            coverage.count(row.request, -1)
            coverage.count(kept[first].request, -1)
            coverage.count(whole, 1)
            try store.passes.remove(row.row, keeping: kept[first].row)
            try store.passes.replace(kept[first].row, with: whole)
            kept[first].request = whole
        }
        return kept
    }

    /// Writes what one request's passes mean: all but the first point to it, and the last decides
    /// which 404 it was, since the others saw an opaque answer (F9.8).
    private func link(
        _ passesOfRequest: [Pass], _ store: BatchStore
    ) throws(SQLiteError) {
        guard let first = passesOfRequest.first, let last = passesOfRequest.last else { return }
        for pass in passesOfRequest {
            let origin = pass.row == first.row ? nil : first.row
            let isDecided = pass.request.status == 404 && last.request.status == 404
            let shape = isDecided ? last.request.notFound : pass.request.notFound
            if origin != pass.origin || shape != pass.request.notFound {
                try store.passes.link(pass.row, origin: origin, shape: shape)
            }
        }
    }
}
