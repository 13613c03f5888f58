import Judgments
import Bytes
import Findings
import KubeAPI
import Recording
import Replay

// What a run says to a person: the selection that the rules read, and findings as rows.
extension Run {
    /// Reads what the rules ask for: mostly requests that were noted while all were judged.
    func findingsInput() throws -> FindingsInput {
        var input = FindingsInput(
            names: names, table: table, scenario: scenario, mode: mode, firstAt: outline.firstAt,
            lastAt: outline.lastAt)
        input.isWhole = isWhole
        input.controllers = try outline.requests(judged.noted.controllers)
        input.discovery = judged.noted.discovery
        input.uses = judged.noted.allUses
        let flagged = judged.rows.filter { judged.verdict(of: $0, mode).isFlagged }
        for request in try outline.requests(flagged.map(\.request)) {
            if let verdict = verdict(of: request.id) { input.add(request, verdict) }
        }
        for request in input.controllers {
            guard let verdict = verdict(of: request.id), !verdict.isFlagged else { continue }
            input.add(request, verdict)
        }
        try readConduct(into: &input)
        input.fields = try outline.snapshot.read { try $0.recordedFields() }
        input.objects = try outline.objects()
        input.witnesses = try outline.requests(outline.witnesses(input.wanted))
        input.deletions = try outline.snapshot.read { recording in
            try recording.deletions(
                of: input.controllers + input.witnesses, into: &input.objects)
        }
        return input
    }

    /// Reads who asked for what a server lacks, and what became of those.
    private func readConduct(into input: inout FindingsInput) throws {
        input.lookups = judged.noted.lookups
        input.firstUses = try outline.requests(judged.noted.firstUses)
        let refused = judged.noted.refusedWatches
        if !refused.isEmpty {
            let (ids, areTaken) = try outline.snapshot.read { recording in
                (try recording.watchLists(among: refused), try recording.takesWatchLists())
            }
            input.refusedWatches = try outline.requests(ids)
            input.takesWatchLists = areTaken
        }
        input.conduct = try outline.conduct(of: input.conductClients)
    }

    /// The verdict of a request that is no plainly local one; rows come in the order of ids.
    private func verdict(of request: Int64) -> Verdict? {
        let rows = judged.rows
        let place = rows.partitioningIndex { $0.request >= request }
        guard place < rows.count, rows[place].request == request else { return nil }
        return judged.verdict(of: rows[place], mode)
    }
}

extension RecordedOutline {
    /// The lists and watches of some clients, in the order of ids: a scan of its own, where there
    /// is anybody to look for.
    func conduct(of clients: [UInt32]) throws -> [RecordedRequest] {
        guard !clients.isEmpty else { return [] }
        let wanted = IDSet(clients)
        return try inRanges { recording, range throws(RecordingError) in
            var found: [RecordedRequest] = []
            try RequestScan.forEach(in: range, on: recording) { row in
                guard wanted.contains(row.client) else { return }
                if row.verb == .list || row.verb == .watch { found.append(RecordedRequest(row)) }
            }
            return found
        }.flatMap(\.self)
    }

    /// What was done to objects of some names, and created or deleted in some namespaces: known
    /// only now, so that it takes a scan of its own where there is anything to look for.
    func witnesses(_ wanted: FindingsInput.Wanted) throws -> [Int64] {
        guard !wanted.isEmpty else { return [] }
        let names = IDSet(wanted.objectNames)
        let namespaces = IDSet(wanted.namespaces)
        return try inRanges { recording, range throws(RecordingError) in
            var found: [Int64] = []
            try RequestScan.forEachNaming(in: range, on: recording) { row in
                let isMeant =
                    switch row.verb {
                    case .list, .watch, .deletecollection: false
                    case .create, .delete:
                        namespaces.contains(row.namespace) || names.contains(row.name)
                    default: names.contains(row.name)
                    }
                if isMeant { found.append(row.id) }
            }
            return found
        }.flatMap(\.self)
    }
}
