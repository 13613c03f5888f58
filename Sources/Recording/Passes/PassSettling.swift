import KubeAPI
import SQLiteKit

// All records together: which passes make one request. Nothing is being stored meanwhile.
extension PassIndex {
    /// Stores what still waits, and settles which passes make one request, unless that is left to
    /// a merge.
    ///
    /// Nothing is placed after.
    mutating func finish(
        _ store: BatchStore, _ summary: inout RecordingWriter.Summary, settles: Bool
    ) throws(RecordingError) {
        try store.recording.run { _ throws(SQLiteError) in
            try release(&summary)
            _ = try flush()
            if settles, !mustSort { try settleNoted(store, &summary) }
        }
        // The places are of no more use, and what comes next needs memory too.
        table = PassTable(largestSize: 1)
        noted = []
        if settles, mustSort { try settleShares(store, &summary) }
        try store.recording.run { _ throws(SQLiteError) in try store.add(takeCoverage()) }
    }

    private mutating func settleNoted(
        _ store: BatchStore, _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        var groups: [Int64] = []
        for key in noted.sorted(by: { ($0.hash >> 32, $0) < ($1.hash >> 32, $1) }) {
            var probe = table.probe(key)
            var row = table.next(&probe)
            while row != 0 {
                groups.append(row)
                row = table.next(&probe)
            }
            groups.append(0)
        }
        let pairs = groups.split(separator: 0).filter { $0.count == 2 }
        let clocks = try learnClocks(pairs.prefix(PassIndex.mostClockSamples), store)
        try settle(groups, clocks, store, &summary)
    }

    /// The same where the table held too little: one share of the keys after the other.
    private mutating func settleShares(
        _ store: BatchStore, _ summary: inout RecordingWriter.Summary
    ) throws(RecordingError) {
        // No more than the file has room for, whatever number somebody gave a row.
        let room = try store.recording.count(
            """
            SELECT page_count * page_size / 16 FROM pragma_page_count('main'),
                pragma_page_size('main')
            """)
        let shares = min(Int(nextRow), room) / bounds.rowsPerShare + 1
        var groups: [Int64] = []
        try store.recording.run { _ throws(SQLiteError) in try store.commit() }
        let pairs = try samplePairs(shares, store)
        let clocks = try store.recording.run { _ throws(SQLiteError) in
            try learnClocks(pairs, store)
        }
        for share in 0..<shares {
            // The scan sees what is committed.
            try store.recording.run { _ throws(SQLiteError) in try store.commit() }
            var keys = try store.recording.keys(ofShare: share, of: shares)[...]
            try store.recording.run { _ throws(SQLiteError) in
                // Otherwise each row that is changed would wait for the disk by itself.
                try store.begin()
                while PassIndex.take(&keys, into: &groups, atMost: bounds.notedKeys) {
                    try settle(groups, clocks, store, &summary)
                    groups.removeAll(keepingCapacity: true)
                }
            }
        }
        try store.recording.run { _ throws(SQLiteError) in
            try store.begin()
            try settle(groups, clocks, store, &summary)
        }
    }

    /// The pairs of rows that clocks are learned from: those whose keys have the smallest hashes,
    /// so that they are the same whatever was held in memory.
    private func samplePairs(
        _ shares: Int, _ store: BatchStore
    ) throws(RecordingError) -> ArraySlice<ArraySlice<Int64>> {
        var pairs: [(hash: UInt64, rows: ArraySlice<Int64>)] = []
        for share in 0..<shares {
            let keys = try store.recording.keys(ofShare: share, of: shares)
            var start = 0
            while start < keys.count {
                let same = keys[start...].prefix { $0 >> 32 == keys[start] >> 32 }
                if same.count == 2 {
                    pairs.append((same[start] >> 32, same.map { Int64($0 & 0xFFFF_FFFF) }[...]))
                }
                start += same.count
            }
            pairs.sort { $0.hash < $1.hash }
            pairs = Array(pairs.prefix(PassIndex.mostClockSamples))
        }
        return pairs.map(\.rows)[...]
    }

    /// Moves the rows of keys that have several to the groups; true where there is no more room.
    private static func take(
        _ keys: inout ArraySlice<UInt64>, into groups: inout [Int64], atMost bound: Int
    ) -> Bool {
        while let first = keys.first {
            let same = keys.prefix { $0 >> 32 == first >> 32 }
            keys = keys.dropFirst(same.count)
            guard same.count > 1 else { continue }
            groups += same.map { Int64($0 & 0xFFFF_FFFF) }
            groups.append(0)
            if groups.count > bound { return true }
        }
        return false
    }

    /// Settles groups of rows, each the rows of one key, with zeros in between.
    private mutating func settle(
        _ groups: [Int64], _ clocks: ClockOffsets, _ store: BatchStore,
        _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        for group in PassIndex.inPlace(groups.split(separator: 0)) where group.count > 1 {
            try settle(load(group, store), clocks, store, &summary)
        }
    }

    /// Groups by their first rows: passes of one request lie where its time is in each log, so that
    /// one after the other reads each page once, and not all over the file.
    private static func inPlace(
        _ groups: some Sequence<ArraySlice<Int64>>
    ) -> [ArraySlice<Int64>] {
        groups.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
    }

    private func learnClocks(
        _ pairs: ArraySlice<ArraySlice<Int64>>, _ store: BatchStore
    ) throws(SQLiteError) -> ClockOffsets {
        var learned = ClockOffsets()
        for rows in PassIndex.inPlace(pairs) {
            let pair = try load(rows, store)
            if pair.count == 2, pair[0].asksTheSame(as: pair[1]) { learned.learn(pair[0], pair[1]) }
        }
        learned.settle()
        return learned
    }

    private func load(
        _ rows: ArraySlice<Int64>, _ store: BatchStore
    ) throws(SQLiteError) -> [StoredPass] {
        var loaded: [StoredPass] = []
        for row in rows {
            guard let stored = try store.passes.row(row) else { continue }
            let client = Int(stored.request.client)
            loaded.append(
                StoredPass(
                    row: row, request: stored.request, key: stored.key, origin: stored.origin,
                    user: client < effectiveUsers.count ? effectiveUsers[client] : 0))
        }
        return loaded
    }

    private mutating func settle(
        _ group: [StoredPass], _ clocks: ClockOffsets, _ store: BatchStore,
        _ summary: inout RecordingWriter.Summary
    ) throws(SQLiteError) {
        // Keys that share a tag in the table come in one group.
        let keys = Dictionary(grouping: group, by: \.key)
        for (_, own) in keys.sorted(by: { $0.key < $1.key }) {
            let rows = try withoutDuplicates(own, store)
            let removed = own.count - rows.count
            summary.added -= removed
            summary.merged += removed
            for request in requests(of: rows, clocks, unjoined: &summary.unjoined) {
                try link(request, store)
            }
        }
    }

    /// Rows before one in time that are looked at for the other view of its pass.
    private static let nearby = 32

    /// Merges rows of one pass into the first of them.
    private mutating func withoutDuplicates(
        _ rows: [StoredPass], _ store: BatchStore
    ) throws(SQLiteError) -> [StoredPass] {
        var kept: [StoredPass] = []
        let sorted = rows.sorted {
            ($0.request.server, $0.request.at, $0.row) < ($1.request.server, $1.request.at, $1.row)
        }
        for row in sorted {
            guard let first = PassIndex.samePass(as: row, in: kept) else {
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

    /// The row that shows the same pass, among those just before it in time.
    private static func samePass(as row: StoredPass, in kept: [StoredPass]) -> Int? {
        var nearest: (index: Int, distance: UInt64)?
        for index in kept.indices.suffix(nearby).reversed() {
            if PassViews.isSame(kept[index].request, row.request) { return index }
            // A packet and a log that show one pass are no two passes.
            if let distance = PassViews.distance(row.request, kept[index].request),
                distance < nearest?.distance ?? .max
            {
                nearest = (index, distance)
            }
        }
        return nearest?.index
    }

    /// Writes what one request's passes mean: all but the first point to it, and the last decides
    /// which 404 it was, since the others saw an opaque answer (F9.8).
    private func link(
        _ passesOfRequest: [StoredPass], _ store: BatchStore
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
