import Output
import Testing

@Suite("Results for build servers")
struct ResultTests {
    let source = ResultSource(
        tool: "kubeskew", version: "0.1.0", category: "findings/as-recorded",
        rules: [
            ResultRule(id: "wrong-404", name: "Wrong 404", help: "Another server serves it."),
            ResultRule(id: "loop", name: "Loop", help: "It came back."),
        ])
    let results = [
        RuleResult(
            ruleID: "wrong-404", ruleName: "Wrong 404", ruleHelp: "Another server serves it.",
            level: .error, message: "12 requests\n::error::forged, <b>&", subject: "kubelet → pods",
            file: "logs/cp 1.log", line: 7, fingerprint: "abc",
            properties: [("requests", 12), ("first", "2026-01-01")]),
        RuleResult(
            ruleID: "unprotected", ruleName: "Unprotected", ruleHelp: "No proxy.", level: .note,
            message: "100%", subject: "cp-1", fingerprint: "def"),
    ]

    @Test("SARIF has rules, results that index them, places and fingerprints")
    func sarif() {
        let text = render(results, from: source, as: .sarif)
        for part in [
            "\"version\": \"2.1.0\"", "\"id\": \"kubeskew/findings/as-recorded/\"",
            "\"ruleId\": \"unprotected\"", "\"ruleIndex\": 2",
            "\"uri\": \"logs/cp%201.log\"", "\"startLine\": 7", "\"level\": \"note\"",
            "\"kubeskewFinding/v1\": \"abc\"", "\"fullyQualifiedName\": \"cp-1\"",
            "\"requests\": 12", "\"name\": \"Wrong404\"",
        ] {
            #expect(text.contains(part), "\(part) is missing in\n\(text)")
        }
    }

    @Test("JUnit has a case for every rule checked and a failure for each that has results")
    func junit() {
        #expect(
            render(results, from: source, as: .junit) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="kubeskew" tests="3" failures="1" errors="0">
                  <testsuite name="kubeskew" tests="3" failures="1" errors="0" skipped="0">
                    <testcase classname="kubeskew.wrong-404" name="Wrong 404">
                      <failure type="error" message="12 requests\\n::error::forged, &lt;b&gt;&amp;">\
                error: kubelet → pods: 12 requests\\n::error::forged, &lt;b&gt;&amp; \
                (logs/cp 1.log:7)</failure>
                    </testcase>
                    <testcase classname="kubeskew.loop" name="Loop"/>
                    <testcase classname="kubeskew.unprotected" name="Unprotected">
                      <system-out>note: cp-1: 100%</system-out>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test("a GitHub annotation is one line, and no data forges another")
    func gitHub() {
        #expect(
            render(results, from: source, as: .github)
                == "::error file=logs/cp 1.log,line=7,title=wrong-404%3A kubelet → pods::"
                + "12 requests\\n::error::forged, <b>&\n"
                + "::notice title=unprotected%3A cp-1::100%25\n")
    }

    @Test("a clean run is a document, not nothing")
    func clean() {
        #expect(render([], from: source, as: .sarif).contains("\"results\": []"))
        #expect(render([], from: source, as: .junit).contains("tests=\"2\" failures=\"0\""))
        #expect(render([], from: source, as: .github).isEmpty)
    }
}
