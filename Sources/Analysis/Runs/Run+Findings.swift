import Bytes
import Findings
import KubeAPI
import Recording
import Replay
import SQLiteKit

// What a run says to a person: the selection that the rules read, and findings as rows.
extension Run {
    /// Reads what the rules ask for: mostly requests that were noted while all were judged.
    func findingsInput() throws -> FindingsInput {
        var input = FindingsInput(
            names: names, table: table, scenario: scenario, mode: mode, firstAt: outline.firstAt,
            lastAt: outline.lastAt)
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
        let recording = try Recording(path: outline.path, access: .read)
        input.objects = try recording.recordedObjects()
        input.witnesses = try outline.requests(witnesses(input.wanted))
        input.deletions = try recording.deletions(
            of: input.controllers + input.witnesses, into: &input.objects)
        return input
    }

    /// What was done to objects of some names, and created or deleted in some namespaces: known
    /// only now, so that it takes a scan of its own where there is anything to look for.
    private func witnesses(_ wanted: FindingsInput.Wanted) throws -> [Int64] {
        guard !wanted.isEmpty else { return [] }
        let names = IDSet(wanted.objectNames)
        let namespaces = IDSet(wanted.namespaces)
        return try outline.inRanges { connection, range throws(SQLiteError) in
            var found: [Int64] = []
            try RequestScan.forEachNaming(in: range, on: connection) { row in
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

    /// The verdict of a request that is no plainly local one; rows come in the order of ids.
    private func verdict(of request: Int64) -> Verdict? {
        let rows = judged.rows
        let place = rows.partitioningIndex { $0.request >= request }
        guard place < rows.count, rows[place].request == request else { return nil }
        return judged.verdict(of: rows[place], mode)
    }
}

extension StoredFinding {
    init(_ finding: Finding) {
        self.init()
        id = finding.id
        kind = finding.kind.rawValue
        severity = finding.severity.rawValue
        grade = finding.grade.rawValue
        subject = finding.subject
        summary = ([finding.summary] + finding.notes).joined(separator: ". ")
        requests = finding.requests
        firstAt = finding.firstAt
        lastAt = finding.lastAt
        group = finding.group
        version = finding.version
        resource = finding.resource
        namespace = finding.namespace
        user = finding.user
        userAgent = finding.userAgent
        server = finding.server
        evidence = finding.evidence.map { Evidence(request: $0.request, role: $0.role.rawValue) }
        victims = finding.victims.map { Victim($0, of: finding.owner) }
        risks = finding.risks.map { NamespaceRisk($0, of: finding) }
    }
}

extension StoredFinding.Victim {
    init(_ victim: Finding.Victim, of owner: Finding.Identity) {
        self.init()
        ownerGroup = owner.group
        ownerVersion = owner.version
        ownerKind = owner.kind
        ownerNamespace = owner.namespace
        ownerName = owner.name
        ownerUID = owner.uid
        group = victim.object.group
        version = victim.object.version
        resource = victim.object.resource
        namespace = victim.object.namespace
        name = victim.object.name
        uid = victim.object.uid
        deletedAt = victim.deletedAt
        grade = victim.grade.rawValue
    }
}

extension StoredFinding.NamespaceRisk {
    init(_ risk: Finding.NamespaceRisk, of finding: Finding) {
        self.init()
        namespace = finding.namespace
        kind = finding.kind.rawValue
        group = risk.group
        version = risk.version
        resource = risk.resource
        reason = risk.reason
        grade = risk.grade.rawValue
    }
}
