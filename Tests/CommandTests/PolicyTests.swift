import Configuration
import ControlPlane
import Foundation
import KubeAPI
import Testing

/// The audit policy that `doctor` prints, held against what real API servers recorded.
@Suite("The smallest audit policy") struct PolicyTests {
    @Test(
        "applied to recorded logs keeps every finding",
        arguments: ["namespaces-without-proxy", "wrong-gc-without-proxy"])
    func keepsFindings(_ name: String) throws {
        let work = try CommandFolder()
        let incident = try RecordedIncident.named(name)
        let reading = AuditPolicy.read(Array(AuditPolicy.smallest.utf8), fileName: "smallest")
        #expect(reading.problems == [])
        var kept = 0
        for server in ["cp-1", "cp-2", "cp-3"] {
            let log = try work.shell("zcat '\(incident.folder)'/audit-\(server).log.gz")
            let lines = try log.lines.compactMap { try filtered($0, reading.policy) }
            kept += lines.count
            try work.write("audit-\(server).log", lines.joined(separator: "\n") + "\n")
        }
        #expect(kept > 0)
        try incident.capture(in: work)
        let result = try work.shell(
            """
            kubeskew capture audit less.db audit-cp-*.log -q > /dev/null
            for file in r less; do
                kubeskew replay $file.db --fail-on none -q > /dev/null
                kubeskew findings $file.db --fail-on none -q -o csv --columns finding_id,severity,grade | sort > $file.csv
            done
            comm -23 r.csv less.csv
            wc -l < r.csv
            """)
        #expect(result.lines.count == 1, "\(result)")
        #expect((Int(result.lines.last?.trimmingCharacters(in: .whitespaces) ?? "") ?? 0) > 1)
    }

    /// The event as the policy would have had it written; nil where not at all.
    private func filtered(_ line: String, _ policy: AuditPolicy) throws -> String? {
        guard var event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        else { return nil }
        let subject = subject(of: event)
        let stage = event["stage"] as? String ?? ""
        guard policy.records(stage, of: subject) else { return nil }
        let recorded = AuditPolicy.Level(rawValue: event["level"] as? String ?? "") ?? .none
        let level = min(recorded, policy.level(for: subject))
        event["level"] = level.rawValue
        if level < .requestResponse { event["responseObject"] = nil }
        if level < .request { event["requestObject"] = nil }
        return String(
            decoding: try JSONSerialization.data(withJSONObject: event), as: UTF8.self)
    }

    private func subject(of event: [String: Any]) -> AuditPolicy.Subject {
        let user = event["user"] as? [String: Any] ?? [:]
        var subject = AuditPolicy.Subject(
            user: user["username"] as? String ?? "", groups: user["groups"] as? [String] ?? [],
            verb: event["verb"] as? String ?? "")
        subject.path = (event["requestURI"] as? String ?? "").prefix { $0 != "?" }.description
        guard let object = event["objectRef"] as? [String: String] else { return subject }
        subject.resource = GroupVersionResource(
            group: object["apiGroup"] ?? "", version: object["apiVersion"] ?? "",
            resource: object["resource"] ?? "")
        subject.subresource = object["subresource"] ?? ""
        subject.namespace = object["namespace"] ?? ""
        subject.name = object["name"] ?? ""
        return subject
    }
}
