import Configuration
import Foundation
import Judgments
import SchemaChecking
import Testing

@Suite("kubeskew report")
struct ReportVerbTests {
    private let hostile = "<script>alert(1)</script>\u{202e}"

    private func folder(_ body: (borrowing CommandFolder) throws -> Void) throws {
        let folder = try CommandFolder()
        try RunRecording.make(
            at: "\(folder.path)/a.db",
            runs: [
                (
                    RunRecording.run("as-recorded"),
                    [RunRecording.collection(1), RunRecording.client(2, agent: hostile)]
                ),
                (
                    RunRecording.run("with-proxy", isAsRecorded: false, startedAt: 2),
                    [RunRecording.client(2, agent: hostile)]
                ),
            ])
        try body(folder)
    }

    @Test("writes the as-recorded run as one page where none is named")
    func unnamed() throws {
        try folder { folder in
            let result = try folder.run("report", "a.db", "--html", "out.html")
            #expect(result.status == 0, "\(result)")
            #expect(result.output.isEmpty)
            let page = try String(contentsOfFile: "\(folder.path)/out.html", encoding: .utf8)
            #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
            #expect(page.contains(RunRecording.collection(1).id))
            #expect(!page.contains("What if: with-proxy"))
            #expect(!page.contains("<script>alert"))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!left.contains { $0.hasSuffix(".part") })
        }
    }

    @Test("puts two runs side by side, on standard output for -")
    func sideBySide() throws {
        try folder { folder in
            let result = try folder.shell(
                "kubeskew report a.db --run as-recorded --run with-proxy --html -")
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("1 ConfigMap was deleted because cp-1 answered 404"))
            #expect(result.output.contains("What if: with-proxy"))
            #expect(!result.output.contains("<script>alert"))
            #expect(result.output.contains("not in with-proxy"))
            #expect(result.output.contains("also in with-proxy"))
            #expect(result.output.contains("team-a/quota-1"))
            #expect(result.output.contains("the 404 that condemned"))
            #expect(result.output.contains("href=\"#fact-F2.2\""))
        }
    }

    @Test("writes Markdown and JSON beside the page, from the same values")
    func twins() throws {
        try folder { folder in
            let result = try folder.run(
                "report", "a.db", "--run", "as-recorded", "--run", "with-proxy", "--html", "a.html",
                "--markdown", "a.md", "--json", "a.json", "--digests")
            #expect(result.status == 0, "\(result)")
            let page = try String(contentsOfFile: "\(folder.path)/a.html", encoding: .utf8)
            let text = try String(contentsOfFile: "\(folder.path)/a.md", encoding: .utf8)
            let json = try Data(contentsOf: URL(filePath: "\(folder.path)/a.json"))
            let sentence = "1 ConfigMap was deleted because cp-1 answered 404"
            #expect(page.contains(sentence) && text.contains(sentence))
            #expect(!text.contains("<script>"))
            let schema = try folder.run("schema", "report")
            let document = try #require(try YAML.documents(Array(json)).first)
            let checker = try JSONSchema(schema.output)
            #expect(checker.problems(of: document).isEmpty, "\(checker.problems(of: document))")
            let wrong = try #require(try YAML.documents(Array("{schema: other}".utf8)).first)
            #expect(checker.problems(of: wrong).count > 3)
            let root = try JSONSerialization.jsonObject(with: json) as? [String: Any]
            let runs = try #require(root?["runs"] as? [[String: Any]])
            let restore = try #require(runs.first?["restore"] as? [[String: Any]])
            #expect(restore.map { $0["name"] as? String } == ["quota-1"])
        }
    }

    @Test("narrows its lists as the findings are, and leaves the verdict as it is")
    func narrowed() throws {
        try folder { folder in
            let all = try folder.run("report", "a.db", "--markdown", "-")
            #expect(all.output.contains("wrong-404-") && all.output.contains("wrong-gc-"))
            let some = try folder.run(
                "report", "a.db", "--markdown", "-", "--user-agent", "<script>*")
            #expect(some.status == 0, "\(some)")
            #expect(some.output.contains("wrong-404-") && !some.output.contains("| wrong-gc-"))
            #expect(some.output.hasPrefix("# 1 ConfigMap was deleted because"))
            #expect(some.output.contains("Narrowed to user agent &lt;script&gt;"))
            let other = try folder.run("report", "a.db", "--json", "-", "-n", "team-b")
            #expect(other.output.contains("\"restore_count\": 0"), "\(other)")
            #expect(try folder.run("report", "a.db", "--json", "-", "--since", "x").status == 2)
        }
    }

    @Test("wants a file to write, one run or two, and a folder that is there")
    func usage() throws {
        try folder { folder in
            #expect(try folder.run("report", "a.db").status == 2)
            let three = try folder.shell(
                "kubeskew report a.db --run a --run b --run c --html x.html")
            #expect(three.status == 2, "\(three)")
            let both = try folder.run("report", "a.db", "--html", "-", "--json", "-")
            #expect(both.status == 2 && both.errors.contains("one report alone"), "\(both)")
            let nowhere = try folder.run("report", "a.db", "--html", "no/such/x.html")
            #expect(nowhere.status == 1)
            #expect(nowhere.errors.contains("cannot write no/such/x.html"), "\(nowhere)")
            let missing = try folder.run("report", "a.db", "--run", "x", "--html", "x.html")
            #expect(missing.status == 1 && missing.errors.contains("no run 'x'"), "\(missing)")
        }
    }
}

@Suite("kubeskew demo")
struct DemoTests {
    @Test("goes from the logs to what was deleted, and to nothing with the proxy on")
    func demo() throws {
        let folder = try CommandFolder()
        let result = try folder.run("demo", "--folder", "tour")
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output.contains("As it happened: 18 ConfigMaps were deleted because"),
            "\(result)")
        #expect(result.output.contains("With the proxy: Nothing would go wrong"), "\(result)")
        for command in ["capture audit", "servers", "replay", "findings", "scenario", "report"] {
            #expect(result.output.contains("$ kubeskew \(command) incident.db"))
        }
        let path = try #require(
            result.lines.last { $0.hasPrefix("Report: ") }?.dropFirst("Report: ".count))
        let page = try String(contentsOfFile: String(path), encoding: .utf8)
        #expect(page.contains("<h1>18 ConfigMaps were deleted because"))
        #expect(page.contains("class=\"proxied\""))
        #expect(page.contains("18 objects to restore: they were deleted by mistake."))
        #expect(page.contains("kube-controller-manager/v1.36.2 started, through cp-3"))
        #expect(page.contains("--peer-ca-file=ca.crt"))
    }

    @Test("of a tool that was copied alone says where the logs are to be had")
    func copiedAlone() throws {
        let folder = try CommandFolder()
        let alone = try folder.shell("cp '\(kubeskewBinary)' k && ./k demo; s=$?; rm k; exit $s")
        #expect(alone.status == 1, "\(alone)")
        #expect(alone.errors.contains("the logs of the bundled incident are not here"), "\(alone)")
        #expect(alone.errors.contains("share/kubeskew/captures"), "\(alone)")
        let installed = try folder.shell(
            """
            mkdir -p usr/bin usr/share/kubeskew && cp '\(kubeskewBinary)' usr/bin/k
            cp -r '\(packageRoot)/captures' usr/share/kubeskew/
            usr/bin/k demo -q --folder t
            """)
        #expect(installed.status == 0, "\(installed)")
    }
}
