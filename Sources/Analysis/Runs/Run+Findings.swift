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
        if judged.noted.updatesFields {
            input.fieldExposures = try outline.fieldExposures(input)
        }
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
    /// What no body tells of fields that newer releases added: a scan of its own, where somebody
    /// updated an object of a kind that has such.
    func fieldExposures(_ input: FindingsInput) throws -> [FieldExposure] {
        let wanted = IDSet(input.fieldResources)
        let parts = try inRanges { recording, range throws(RecordingError) in
            var part = FieldWrites(input)
            try RequestScan.forEachAnswer(in: range, on: recording) { row in
                guard wanted.contains(row.resource), (200..<300).contains(row.status) else {
                    return
                }
                switch row.verb {
                case .create, .update, .patch: part.add(RecordedRequest(row))
                default: break
                }
            }
            return part
        }
        var writes = FieldWrites(input)
        for part in parts { writes.append(part) }
        let exposures = writes.exposures
        let queries = try snapshot.read { recording in
            try recording.queriesWithoutBodies(exposures.map(\.update.id))
        }
        return exposures.compactMap { exposure in
            queries[exposure.update.id].map { query in
                var exposure = exposure
                exposure.query = query
                return exposure
            }
        }
    }

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

extension RecordedRequest {
    fileprivate init(_ row: RequestScan.AnswerRow) {
        self.init(
            id: row.id, at: row.at, server: row.server, resource: row.resource,
            client: row.client, namespace: row.namespace, name: row.name, status: row.status,
            verb: row.verb, notFound: row.notFound)
    }
}
