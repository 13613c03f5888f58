import Foundation
import Testing

/// A recorded control plane of `captures/`, captured into a recording once and judged as often as
/// a test likes.
struct RecordedIncident: CustomTestStringConvertible, Sendable {
    let name: String
    let folder: String

    var testDescription: String { name }
    var scenario: String { folder + "/scenario.yaml" }

    /// Every folder of `captures/`, or of the folder that `KUBESKEW_CAPTURES` names.
    static let all: [RecordedIncident] = {
        let root =
            ProcessInfo.processInfo.environment["KUBESKEW_CAPTURES"] ?? packageRoot + "/captures"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.sorted().filter {
            FileManager.default.fileExists(atPath: "\(root)/\($0)/scenario.yaml")
        }.map { RecordedIncident(name: $0, folder: "\(root)/\($0)") }
    }()

    static func named(_ name: String) throws -> RecordedIncident {
        try #require(all.first { $0.name == name })
    }

    /// Captures its audit logs into `r.db` of a folder.
    func capture(in work: borrowing CommandFolder) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let inputs = files.filter { $0.hasPrefix("audit-") }.map { file in
            "\(file.dropFirst("audit-".count).prefix { $0 != "." })=\(folder)/\(file)"
        }
        let quoted = inputs.map { "'\($0)'" }.joined(separator: " ")
        let result = try work.shell("kubeskew capture audit r.db \(quoted)")
        #expect(result.status == 0, "\(result)")
    }

    func json(_ file: String) throws -> Any {
        try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
    }

    var truth: [String: Any]? { (try? json("truth.json")) as? [String: Any] }
    var expectations: [[String: Any]]? { (try? json("expect.json")) as? [[String: Any]] }

    /// `[server, audit id]` pairs of the truth, as `server/id`.
    func identifiers(_ key: String) -> Set<String> {
        let pairs = truth?[key] as? [[String]] ?? []
        return Set(pairs.map { $0.joined(separator: "/") })
    }
}

/// The verdicts of a run, by `server/audit id` of the request's first pass.
struct RunVerdicts {
    struct Row {
        var outcome: String
        var isCertain: Bool
        var alternatives: [String]
        var servers: String
        var reason: String

        func allows(_ outcomes: Set<String>) -> Bool {
            outcomes.contains(outcome)
                || (!isCertain && !outcomes.isDisjoint(with: Set(alternatives)))
        }
    }

    private(set) var rows: [String: [Row]] = [:]

    init(_ run: String, in work: borrowing CommandFolder) throws {
        let sql = """
            SELECT q.server || '/' || q.audit_id AS id, outcome, certainty, alternatives, servers,
                reason FROM v_verdict JOIN v_request AS q USING (request_id) WHERE run = '\(run)'
            """
        let result = try work.run("query", "r.db", "-e", sql, "-o", "json")
        #expect(result.status == 0, "\(result)")
        let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        for item in list as? [[String: Any]] ?? [] {
            func text(_ key: String) -> String { item[key] as? String ?? "" }
            rows[text("id"), default: []].append(
                Row(
                    outcome: text("outcome"), isCertain: text("certainty") == "certain",
                    alternatives: text("alternatives").split(separator: ",").map(String.init),
                    servers: text("servers"), reason: text("reason")))
        }
    }

    func identifiers(where belongs: (Row) -> Bool) -> Set<String> {
        Set(rows.filter { $0.value.contains(where: belongs) }.keys)
    }

    var all: [Row] { rows.values.flatMap { $0 } }
}
