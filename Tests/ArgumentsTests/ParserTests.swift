import Bytes
import Arguments
import Testing

@Suite("Reading a command line")
struct ParserTests {
    @Test(
        "a value is read however it is attached",
        arguments: [
            ["--output", "json"], ["--output=json"], ["-o", "json"], ["-ojson"], ["-o=json"],
            ["-qo", "json"], ["-qojson"],
        ])
    func attachedValues(words: [String]) throws {
        let invocation = try Sample.interface.parse(
            ["query", "r.db"] + words, environment: [:])
        guard case .run(let parsed) = invocation else {
            Issue.record("asked for help")
            return
        }
        #expect(parsed.text(Sample.output) == "json")
        #expect(parsed.isOn(Sample.quiet) == (words[0].hasPrefix("-q")))
    }

    @Test("flags may stand before the verb, among the arguments and after them")
    func flagsAnywhere() throws {
        let parsed = try Sample.parse("-q", "capture", "audit", "r.db", "a.log", "b.log")
        #expect(parsed.verb.name == "capture audit")
        #expect(parsed.isOn(Sample.quiet))
        #expect(parsed.required("RECORDING") == "r.db")
        #expect(parsed.arguments("INPUT") == ["a.log", "b.log"])
    }

    @Test("after -- nothing is a flag, and a lone dash never is")
    func endOfFlags() throws {
        let parsed = try Sample.parse("capture", "audit", "r.db", "-", "--", "-q", "--output")
        #expect(parsed.arguments("INPUT") == ["-", "-q", "--output"])
        #expect(!parsed.isOn(Sample.quiet))
    }

    @Test("a repeated flag keeps every value, a single one keeps the last")
    func repetition() throws {
        let parsed = try Sample.parse(
            "query", "r.db", "--kind", "loop", "--kind=wrong-404", "-o", "csv", "-o", "yaml")
        #expect(parsed.texts(Sample.kind) == ["loop", "wrong-404"])
        #expect(parsed.text(Sample.output) == "yaml")
        #expect(
            try Sample.parse("query", "r.db", "--kind", "loop,wrong-404").texts(Sample.kind)
                == ["loop", "wrong-404"])
    }

    @Test("the command line wins over the environment, and that over the default")
    func precedence() throws {
        let environment = ["KUBESKEW_OUTPUT": "csv", "KUBESKEW_QUIET": "yes"]
        let fromEnvironment = try Sample.parse("query", "r.db", environment: environment)
        #expect(fromEnvironment.text(Sample.output) == "csv")
        #expect(fromEnvironment.isGiven(Sample.output))
        #expect(fromEnvironment.isOn(Sample.quiet))
        let fromLine = try Sample.parse(
            "query", "r.db", "-o", "yaml", "--quiet=false", environment: environment)
        #expect(fromLine.text(Sample.output) == "yaml")
        #expect(!fromLine.isOn(Sample.quiet))
        let fallback = try Sample.parse("query", "r.db")
        #expect(fallback.text(Sample.output) == "table")
        #expect(!fallback.isGiven(Sample.output))
        #expect(fallback.nanoseconds(Sample.timeout) == 30_000_000_000)
    }

    @Test("a repeated flag's variable holds values between commas, or one on each line")
    func environmentLists() throws {
        let commas = ["KUBESKEW_KIND": "loop,wrong-404"]
        #expect(
            try Sample.parse("query", "r.db", environment: commas).texts(Sample.kind)
                == ["loop", "wrong-404"])
        let lines = ["KUBESKEW_PARAM": "a=1,2\nb=3"]
        let settings = try Sample.parse("query", "r.db", environment: lines)
            .settings(Sample.parameter)
        #expect(settings.map(\.key) == ["a", "b"])
        #expect(settings.map(\.value) == ["1,2", "3"])
    }

    @Test("a setting is cut at its first equals sign")
    func settings() throws {
        let parsed = try Sample.parse("query", "r.db", "-p", "a=b=c", "-pd=")
        #expect(parsed.settings(Sample.parameter).map(\.key) == ["a", "d"])
        #expect(parsed.settings(Sample.parameter).map(\.value) == ["b=c", ""])
    }

    @Test(
        "a mistake is named in one line, with a hint",
        arguments: [
            ([], "a verb is missing; one of query, capture"),
            (["qurey"], "unknown verb 'qurey'; did you mean query?"),
            (["capture"], "capture needs more; one of audit, pcap"),
            (["capture", "aduit"], "unknown verb 'capture aduit'; did you mean capture audit?"),
            (["query"], "query needs RECORDING: the file"),
            (["query", "r.db", "--ouput"], "query has no flag '--ouput'; did you mean --output?"),
            (["query", "r.db", "-x"], "query has no flag '-x'"),
            (["query", "r.db", "-o"], "--output needs a value: --output table|json|yaml|csv"),
            (["query", "r.db", "--sql", "--output=csv"], "--sql needs a value: --sql SQL"),
            (["query", "r.db", "--sql="], "--sql needs a value: --sql SQL"),
            (
                ["query", "r.db", "-o", "jsn"],
                "--output wants table, json, yaml, csv, not 'jsn'; did you mean json?"
            ),
            (["query", "r.db", "-p", "x"], "--param wants KEY=VALUE, not 'x'"),
            (["query", "r.db", "a", "b\u{1b}[2J"], "query takes no further argument: 'b?[2J'"),
            (
                ["query", "r.db", "--timeout", "3"],
                "--timeout wants a duration such as 90s, 1h30m or 250ms, not '3'"
            ),
            (
                ["query", "r.db", "--threads", "0"],
                "--threads wants a whole number from 1 to 64, not '0'"
            ),
            (["query", "r.db", "--quiet=perhaps"], "--quiet wants true or false, not 'perhaps'"),
            (["capture", "audit", "r.db"], "capture audit needs INPUT behind 'r.db': logs"),
        ])
    func mistakes(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) {
            try Sample.interface.parse(words, environment: [:])
        }
        #expect(error?.message == message)
        #expect(error?.hint?.hasPrefix("Run 'kubeskew ") == true)
    }

    @Test("a wrong value in the environment is named by its variable")
    func environmentMistake() {
        let error = #expect(throws: UsageError.self) {
            try Sample.parse("query", "r.db", environment: ["KUBESKEW_THREADS": "many"])
        }
        #expect(error?.message.hasPrefix("KUBESKEW_THREADS wants") == true)
    }

    @Test(
        "help is found wherever it is asked for",
        arguments: [
            (["--help"], []), (["-h"], []), (["capture", "--help"], ["capture"]),
            (["query", "r.db", "--help", "--nonsense"], ["query"]),
            (["query", "-qh"], ["query"]),
        ] as [([String], [String])])
    func help(words: [String], path: [String]) throws {
        guard case .help(let found) = try Sample.interface.parse(words, environment: [:]) else {
            Issue.record("no help")
            return
        }
        #expect(found == path)
    }
}

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "durations are read as Go reads them",
        arguments: [
            ("90s", 90_000_000_000), ("1h30m", 5_400_000_000_000), ("250ms", 250_000_000),
            ("-5m", -300_000_000_000), ("1.5s", 1_500_000_000), ("0", 0),
            ("2d", 172_800_000_000_000),
            ("10", nil), ("", nil), ("-", nil), ("s", nil), ("1x", nil), ("1.2.3s", nil),
            ("99999999999999h", nil), ("nan", nil), ("1e3s", nil),
        ] as [(String, Int64?)])
    func durations(text: String, nanoseconds: Int64?) {
        #expect(DurationText.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "sizes are powers of 1024 unless they say otherwise",
        arguments: [
            ("1000", 1_000), ("64KiB", 65_536), ("64k", 65_536), ("2G", 2 << 30),
            ("2GB", 2_000_000_000), ("", nil), ("x", nil), ("-1", nil), ("9999999999999G", nil),
        ] as [(String, Int?)])
    func sizes(text: String, bytes: Int?) {
        #expect(Quantity.bytes(text) == bytes)
    }
}
