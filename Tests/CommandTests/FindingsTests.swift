import Judgments
import Foundation
import Testing

@Suite("kubeskew findings")
struct FindingsVerbTests {
    private func folder(_ body: (borrowing CommandFolder) throws -> Void) throws {
        let folder = try CommandFolder()
        try RunRecording.make(
            at: "\(folder.path)/a.db",
            runs: [
                (RunRecording.run("first"), [RunRecording.collection(1)]),
                (
                    RunRecording.run("second", startedAt: 2),
                    [
                        RunRecording.client(7), RunRecording.collection(1),
                        RunRecording.collection(2),
                    ]
                ),
            ])
        try body(folder)
    }

    private func json(_ result: CommandResult) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    }

    private func ids(_ result: CommandResult) throws -> [String] {
        let rows = try #require(try json(result) as? [[String: Any]], "\(result)")
        return rows.compactMap { $0["finding_id"] as? String }
    }

    @Test("lists those of the latest run, the gravest first, and fails the build")
    func list() throws {
        try folder { folder in
            let result = try folder.run("findings", "a.db", "-o", "json")
            #expect(result.status == 3, "\(result)")
            let listed = try ids(result)
            // What is as grave comes in the order of the ids.
            let grave = [RunRecording.collection(1).id, RunRecording.collection(2).id].sorted()
            #expect(listed == grave + [RunRecording.client(7).id])
            let table = try folder.run("findings", "a.db")
            #expect(table.errors.contains("3 findings in run second: 2 wrong-gc, 1 wrong-404"))
        }
    }

    @Test("--kind and --fail-on decide what is listed and what fails")
    func kindAndThreshold() throws {
        try folder { folder in
            let clients = try folder.run("findings", "a.db", "--kind", "wrong-404", "-o", "json")
            #expect(clients.status == 0, "\(clients)")
            #expect(try ids(clients).count == 1)
            for (threshold, status) in [("warning", 3), ("info", 3), ("error", 0)] {
                let result = try folder.shell(
                    "kubeskew findings a.db --kind wrong-404 --fail-on \(threshold)")
                #expect(result.status == Int32(status), "\(result)")
            }
            #expect(try folder.run("findings", "a.db", "--fail-on", "none").status == 0)
            #expect(try folder.run("findings", "a.db", "--kind", "odd").status == 2)
        }
    }

    @Test(
        "--baseline leaves out what a run or a kept file has already",
        arguments: ["first", "known.sarif", "known.json", "known.csv", "known.txt"])
    func baseline(name: String) throws {
        try folder { folder in
            try folder.write("known.txt", "\(RunRecording.collection(1).id)\n\n")
            for format in ["sarif", "json", "csv"] {
                let kept = try folder.shell(
                    "kubeskew findings a.db --run first -o \(format) > known.\(format)")
                #expect(kept.status == 3, "\(kept)")
            }
            let result = try folder.shell(
                "kubeskew findings a.db --kind wrong-gc --baseline \(name) -o json")
            #expect(try ids(result) == [RunRecording.collection(2).id], "\(result)")
            #expect(result.status == 3)
        }
    }

    @Test("nothing new is nothing to fail for, and an unknown baseline is said to be one")
    func cleanBaseline() throws {
        try folder { folder in
            let same = try folder.run("findings", "a.db", "--baseline", "second")
            #expect(same.status == 0, "\(same)")
            #expect(same.errors.contains("0 findings in run second; 3 more in the baseline"))
            let gone = try folder.run("findings", "a.db", "--baseline", "nowhere")
            #expect(gone.status == 1, "\(gone)")
            #expect(gone.errors.contains("neither a run nor a file 'nowhere'"))
            try folder.write("odd.json", "{\"a\": 1}")
            let odd = try folder.run("findings", "a.db", "--baseline", "odd.json")
            #expect(odd.errors.contains("neither SARIF nor rows of findings"), "\(odd)")
            try folder.write("cut.json", "{\"runs\": [")
            #expect(try folder.run("findings", "a.db", "--baseline", "cut.json").status == 1)
        }
    }

    @Test("SARIF has what its schema requires, and points to the request that shows it")
    func sarif() throws {
        try folder { folder in
            let result = try folder.run("findings", "a.db", "-o", "sarif")
            #expect(result.status == 3)
            let log = try #require(try json(result) as? [String: Any])
            #expect(log["version"] as? String == "2.1.0")
            #expect((log["$schema"] as? String)?.contains("sarif-2.1.0") ?? false)
            let run = try #require((log["runs"] as? [[String: Any]])?.first)
            let tool = try #require(run["tool"] as? [String: Any])
            let driver = try #require(tool["driver"] as? [String: Any])
            #expect(driver["name"] as? String == "kubeskew")
            let rules = try #require(driver["rules"] as? [[String: Any]])
            let ids = rules.compactMap { $0["id"] as? String }
            #expect(Set(ids) == Set(Finding.Kind.allCases.map(\.rawValue)))
            let results = try #require(run["results"] as? [[String: Any]])
            #expect(results.count == 3)
            for item in results {
                let rule = try #require(item["ruleId"] as? String)
                #expect(ids[try #require(item["ruleIndex"] as? Int)] == rule)
                #expect(["error", "warning", "note"].contains(item["level"] as? String ?? ""))
                #expect((item["message"] as? [String: Any])?["text"] is String)
                let prints = try #require(item["partialFingerprints"] as? [String: Any])
                #expect(prints["kubeskewFinding/v1"] is String)
                #expect(!(item["locations"] as? [[String: Any]] ?? []).isEmpty)
            }
            let location = (results[0]["locations"] as? [[String: Any]])?.first
            let physical = location?["physicalLocation"] as? [String: Any]
            let region = physical?["region"] as? [String: Any]
            #expect(region?["startLine"] as? Int == 1, "the 404 that condemned, not the delete")
        }
    }

    @Test("JUnit fails the rules that were broken, GitHub gets one annotation each")
    func buildServers() throws {
        try folder { folder in
            let junit = try folder.run("findings", "a.db", "-o", "junit")
            #expect(
                junit.output.contains("tests=\"\(Finding.Kind.allCases.count)\" failures=\"2\""),
                "\(junit)")
            let github = try folder.run("findings", "a.db", "-o", "github")
            #expect(github.lines.filter { $0.hasPrefix("::error ") }.count == 2, "\(github)")
        }
    }

    @Test("a run that is not there is named, with those that are")
    func missingRun() throws {
        try folder { folder in
            let result = try folder.run("findings", "a.db", "--run", "third")
            #expect(result.status == 1)
            #expect(result.errors.contains("first, second"), "\(result)")
        }
    }
}
