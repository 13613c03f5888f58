import Bytes
import Arguments
import Testing

@Suite("What follows from the definition")
struct PageTests {
    @Test("help on a verb shows its usage, every flag and argument, and the example")
    func verbHelp() throws {
        let page = try Sample.interface.help(["query"])
        for part in [
            "kubeskew query RECORDING [NAME] [flags]", "  RECORDING", "  NAME", "-o, --output",
            "-e, --sql SQL", "--timeout DURATION", "default 30s", "may be repeated", "-q, --quiet",
            "KUBESKEW_QUIET", "kubeskew query r.db top",
        ] {
            #expect(page.contains(part), "\(part) is missing in:\n\(page)")
        }
        #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("help on a group and on the tool lists verbs with their summaries")
    func groupHelp() throws {
        let group = try Sample.interface.help(["capture"])
        #expect(group.contains("capture audit") && group.contains("Reads packets"))
        #expect(!group.contains("query"))
        let all = try Sample.interface.help([])
        #expect(all.contains("query") && all.contains("capture pcap"))
        let error = #expect(throws: UsageError.self) { try Sample.interface.help(["quer"]) }
        #expect(error?.message == "no help on 'quer'; did you mean query?")
    }

    @Test("installed as a plugin, usage and examples begin with kubectl")
    func pluginName() throws {
        let page = try Sample.named("kubectl skew").help(["query"])
        #expect(page.contains("  kubectl skew query RECORDING"))
        #expect(page.contains("      kubectl skew query r.db top"))
        #expect(!page.contains("kubeskew"))
    }

    @Test("every completion script names every verb and every flag", arguments: Shell.allCases)
    func completion(shell: Shell) {
        let script = Sample.interface.completion(for: shell)
        for word in ["query", "capture", "audit", "pcap"] { #expect(script.contains(word)) }
        for flag in ["output", "kind", "sql", "param", "timeout", "quiet"] {
            #expect(script.contains(shell == .fish ? "-l \(flag)" : "--\(flag)"))
        }
        #expect(script.contains("kubeskew query --list 2>/dev/null"))
    }

    @Test("the manual page escapes what roff would take for its own")
    func manPage() {
        let verb = VerbUsage(
            "odd", summary: "Odd", text: ".so /etc/passwd\n'ab\n\n  a\\b --x",
            example: Example("kubeskew odd -x", "Odd:"))
        let page = CommandInterface(
            name: "kubeskew", summary: "s", text: "t", globalFlags: [], verbs: [verb]
        ).manPage(version: "1")
        #expect(page.contains("\n\\&.so /etc/passwd\n\\&'ab\n"))
        #expect(page.contains("\n  a\\eb \\-\\-x\n"))
        #expect(page.hasPrefix(".TH \"KUBESKEW\" \"1\""))
    }

    @Test(
        "a mistyped name finds its neighbour and nothing far",
        arguments: [
            ("findigns", "findings"), ("FINDINGS", "findings"), ("repl", "replay"),
            ("xyz", nil), ("", nil), ("q", nil), ("completely-else", nil),
        ] as [(String, String?)])
    func nearest(typed: String, expected: String?) {
        #expect(nearestName(to: typed, among: ["findings", "replay", "query"]) == expected)
    }
}
