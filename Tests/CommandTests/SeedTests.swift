import Foundation
import Testing

/// Two processes have two hash seeds: nothing that they say may depend on the order of a set.
@Suite("Whatever the seed of its hashing")
struct SeedTests {
    @Test("a process gives the same scenario, verdicts, findings and page")
    func same() throws {
        let incident = try RecordedIncident.named("loop-through-load-balancer")
        let folder = try CommandFolder()
        try incident.capture(in: folder)
        let first = try outputs(in: folder, environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
        for _ in 0..<2 {
            let next = try outputs(in: folder, environment: [:])
            for (command, output) in first {
                #expect(next[command] == output, "\(command)")
            }
        }
    }

    private func outputs(
        in folder: borrowing CommandFolder, environment: [String: String]
    ) throws -> [String: String] {
        var found: [String: String] = [:]
        for command in [
            "scenario r.db", "replay r.db --verdicts all --fail-on none",
            "findings r.db -o json --fail-on none",
            "query r.db -e 'SELECT * FROM v_verdict' -o csv", "servers r.db -o csv",
            "report r.db --html page.html", "query r.db findings/evidence -o csv",
        ] {
            let result = try folder.shell("kubeskew \(command)", environment: environment)
            #expect(result.status == 0, "\(result)")
            found[command] = result.output
        }
        let page = try String(contentsOfFile: folder.path + "/page.html", encoding: .utf8)
        // The instant at which it was made.
        found["page"] = page.replacing(/kubeskew [0-9.]+, [^.]* UTC\./, with: "")
        return found
    }
}
