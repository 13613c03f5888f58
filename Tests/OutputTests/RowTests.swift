import Output
import Testing

@Suite("Rows")
struct RowTests {
    let columns = [
        Column("name"), Column("requests", .number), Column("agent", isWide: true),
    ]
    let rows: [[Cell]] = [
        ["widgets", 12, "kubectl/v1.35"], ["no", 7, nil], ["日本語", .integer(.max), "a,\"b\"\n"],
    ]

    func print(_ format: RowFormat, _ change: (inout RowOptions) -> Void = { _ in }) throws
        -> String
    {
        var options = RowOptions(format: format)
        change(&options)
        return try render(rows, columns: columns, options: options)
    }

    @Test("a table lines up names to the left, numbers to the right, by displayed width")
    func table() throws {
        #expect(
            try print(.table)
                == """
                NAME                 REQUESTS
                widgets                    12
                no                          7
                日本語    9223372036854775807

                """.replacing("NAME   ", with: "NAME   "))
    }

    @Test("wide shows every column, and control characters as escapes")
    func wide() throws {
        let lines = try print(.wide).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasSuffix("REQUESTS   AGENT"))
        #expect(lines[3].hasSuffix("   a,\"b\"\\n"))
    }

    @Test("JSON keeps integers exact, nulls null, and every column")
    func json() throws {
        #expect(
            try print(.json) == """
                [
                  {"name": "widgets", "requests": 12, "agent": "kubectl/v1.35"},
                  {"name": "no", "requests": 7, "agent": null},
                  {"name": "日本語", "requests": 9223372036854775807, "agent": "a,\\"b\\"\\n"}
                ]

                """)
    }

    @Test("YAML quotes what another reader could take for something else")
    func yaml() throws {
        #expect(
            try print(.yaml) == """
                - name: widgets
                  requests: 12
                  agent: kubectl/v1.35
                - name: "no"
                  requests: 7
                  agent: null
                - name: "日本語"
                  requests: 9223372036854775807
                  agent: "a,\\"b\\"\\n"

                """)
    }

    @Test("CSV follows RFC 4180")
    func csv() throws {
        #expect(
            try print(.csv)
                == "name,requests,agent\r\nwidgets,12,kubectl/v1.35\r\nno,7,\r\n"
                + "日本語,9223372036854775807,\"a,\"\"b\"\"\n\"\r\n")
    }

    @Test("Markdown is a table, without wide columns")
    func markdown() throws {
        #expect(
            try print(.markdown)
                == "| name | requests |\n| --- | ---: |\n| widgets | 12 |\n| no | 7 |\n"
                + "| 日本語 | 9223372036854775807 |\n")
    }

    @Test(
        "--no-headers and --columns hold for every format",
        arguments: [.table, .wide, .json, .yaml, .csv, .markdown] as [RowFormat])
    func choice(format: RowFormat) throws {
        let text = try print(format) {
            $0.showsHeader = false
            $0.columns = ["agent", "name"]
        }
        let expected: [RowFormat: String] = [
            .table: "kubectl/v1.35   widgets\n", .wide: "kubectl/v1.35   widgets\n",
            .json: "[\n  {\"agent\": \"kubectl/v1.35\", \"name\": \"widgets\"},\n",
            .yaml: "- agent: kubectl/v1.35\n  name: widgets\n",
            .csv: "kubectl/v1.35,widgets\r\n", .markdown: "| kubectl/v1.35 | widgets |\n",
        ]
        #expect(text.hasPrefix(expected[format] ?? "?"), "\(text)")
    }

    @Test("a column that is not there is an error that lists those that are")
    func unknownColumn() {
        #expect(
            throws: UnknownColumn(name: "nam", known: ["name", "requests", "agent"])
        ) {
            try print(.csv) { $0.columns = ["nam"] }
        }
    }

    @Test(
        "no rows are an empty list, or a header alone",
        arguments: [
            (.table, "NAME   REQUESTS\n"), (.json, "[]\n"), (.yaml, "[]\n"),
            (.csv, "name,requests,agent\r\n"),
            (.markdown, "| name | requests |\n| --- | ---: |\n"),
        ] as [(RowFormat, String)])
    func empty(format: RowFormat, expected: String) throws {
        #expect(try render([], columns: columns, options: RowOptions(format: format)) == expected)
    }

    @Test("two columns of one name are told apart")
    func duplicateNames() throws {
        let text = try render(
            [[1, 2]], columns: [Column("a"), Column("a")], options: RowOptions(format: .json))
        #expect(text == "[\n  {\"a\": 1, \"a_2\": 2}\n]\n")
    }

    @Test("after the sample a table streams, and keeps the widths it learnt")
    func streaming() throws {
        var writer = try RowWriter(columns: [Column("a"), Column("b")], options: RowOptions())
        var output: [UInt8] = []
        for _ in 0..<1_000 { writer.append(["x", "y"], to: &output) }
        let held = output.count
        #expect(held > 1_000)
        writer.append(["longer", "y"], to: &output)
        #expect(String(decoding: output[held...], as: UTF8.self) == "longer   y\n")
        writer.finish(&output)
        #expect(output.count == held + 11)
    }

    @Test("on a narrow terminal sentences break at words, in their column")
    func sentences() throws {
        let columns = [Column("question"), Column("n", .number), Column("asks")]
        let rows: [[Cell]] = [
            ["versions", 12, "Which server ran which version when, and how is that known?"],
            ["proxy", 3, "Was it on?"],
        ]
        var options = RowOptions()
        options.terminalWidth = 44
        let text = try render(rows, columns: columns, options: options)
        #expect(
            text == """
                QUESTION    N   ASKS
                versions   12   Which server ran which
                                version when, and how is
                                that known?
                proxy       3   Was it on?

                """, "\(text)")
        // A sentence in the middle leaves room for what follows.
        let turned = try render(
            rows.map { [$0[0], $0[2], $0[1]] }, columns: [columns[0], columns[2], columns[1]],
            options: options)
        #expect(turned.hasPrefix("QUESTION   ASKS"), "\(turned)")
        #expect(turned.contains("\nversions   Which server ran which"), "\(turned)")
        #expect(turned.split(separator: "\n").allSatisfy { $0.count <= 44 && $0.last != " " })
    }

    @Test("on a narrow terminal what does not fit stands below its row, whole and with its name")
    func narrow() throws {
        let columns = [
            Column("at"), Column("count", .number), Column("path"), Column("agent"), Column("none"),
        ]
        let long = String(repeating: "p", count: 46)
        let rows: [[Cell]] = [
            ["22:10", 123_456_789, .text(long), "kubectl", nil], ["22:11", 1, "/", "helm", "x"],
        ]
        var options = RowOptions()
        options.terminalWidth = 50
        let text = try render(rows, columns: columns, options: options)
        #expect(
            text == """
                AT          COUNT
                22:10   123456789
                    path:
                      \(long)
                    agent: kubectl
                22:11           1
                    path: /  agent: helm  none: x

                """, "\(text)")
        options.format = .wide
        #expect(try render(rows, columns: columns, options: options).contains(long))
        options.format = .table
        options.terminalWidth = nil
        #expect(try render(rows, columns: columns, options: options).contains(long))
    }

    @Test("a terminal shows times of one day as such, with the date above")
    func timesOfOneDay() throws {
        let columns = [Column("at"), Column("n", .number)]
        let rows: [[Cell]] = [
            ["2026-11-20T22:09:43.742107Z", 1], ["2026-11-20T22:10:00.000000Z", 2],
        ]
        var options = RowOptions()
        options.terminalWidth = 80
        let text = try render(rows, columns: columns, options: options)
        #expect(text == "times of 2026-11-20, UTC\nAT         N\n22:09:43   1\n22:10:00   2\n")
        options.terminalWidth = nil
        #expect(try render(rows, columns: columns, options: options).contains("43.742107Z"))
    }

    @Test("a narrow terminal takes an instant's fraction, never its second")
    func instants() throws {
        let columns = [Column("agent"), Column("at")]
        let rows: [[Cell]] = [
            ["aaaaaaaaaaaaaaaaa", "2026-11-20T22:09:43.742107Z"],
            ["b", "2026-11-21T00:00:00.000000Z"],
        ]
        var options = RowOptions()
        options.terminalWidth = 40
        let text = try render(rows, columns: columns, options: options)
        #expect(
            text.hasSuffix(
                "\naaaaaaaaaaaaaaaaa   2026-11-20T22:09:43Z\n"
                    + "b                   2026-11-21T00:00:00Z\n"))
    }

    @Test("a painted cell is coloured without moving its neighbours")
    func painted() throws {
        var options = RowOptions()
        options.usesColour = true
        let columns = [Column("severity", paint: ["error": .red]), Column("n", .number)]
        let text = try render([["error", 1]], columns: columns, options: options)
        #expect(text.hasSuffix("\n\u{1b}[31merror\u{1b}[0m      1\n"))
    }
}

@Suite("Hostile and odd text")
struct TextTests {
    @Test(
        "what a terminal would obey is shown as an escape",
        arguments: [
            ("plain ümlaut", "plain ümlaut"), ("\u{1b}[31mred", "\\x1b[31mred"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{9b}2J", "\\x9b2J"), ("a\0b", "a\\x00b"),
            ("\u{202e}txt", "\\u{202e}txt"), ("a\u{200b}b", "a\\u{200b}b"),
            ("\u{7f}", "\\x7f"), ("\r\n", "\\r\\n"),
        ])
    func display(text: String, expected: String) {
        #expect(displaySafe(text) == expected)
    }

    // An Arrow stream is refused to terminals.
    @Test(
        "no format lets an escape character through to a terminal",
        arguments: RowFormat.allCases.filter { $0 != .arrow })
    func allFormats(format: RowFormat) throws {
        var options = RowOptions(format: format)
        options.terminalWidth = 200
        let hostile = "\u{1b}]0;title\u{07}\u{9b}2J"
        let text = try render([[.text(hostile)]], columns: [Column(hostile)], options: options)
        let raw = text.unicodeScalars.filter { $0.value < 32 && $0 != "\n" && $0 != "\r" }
        #expect(raw.isEmpty, "\(text.debugDescription)")
        #expect(!text.unicodeScalars.contains("\u{9b}"))
    }

    @Test(
        "displayed width counts what a terminal shows",
        arguments: [
            ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍🚀", 2), ("한", 2), ("", 0), ("é", 1),
            ("🇩🇪", 2), ("ｆ", 2),
        ])
    func width(text: String, columns: Int) {
        #expect(displayWidth(text) == columns)
    }

    @Test(
        "a YAML scalar is quoted unless every reader sees a string",
        arguments: [
            ("widgets", "widgets"), ("/apis/apps/v1", "/apis/apps/v1"), ("no", "\"no\""),
            ("NULL", "\"NULL\""), ("1.35", "\"1.35\""), ("0x1f", "\"0x1f\""), ("", "\"\""),
            ("a: b", "\"a: b\""), ("- a", "\"- a\""), ("2026-01-01", "\"2026-01-01\""),
            ("~", "\"~\""), (".inf", "\".inf\""), ("12:30:45", "\"12:30:45\""), ("1e3", "\"1e3\""),
            ("a\nb", "\"a\\nb\""), ("system:serviceaccount", "\"system:serviceaccount\""),
            ("cp-1", "cp-1"), ("*", "\"*\""), ("Infinity", "\"Infinity\""),
            ("a\u{FFFE}", "\"a\\ufffe\""), ("\u{1FFFF}a", "\"\\ud83f\\udfffa\""),
        ])
    func yaml(text: String, expected: String) {
        #expect(yamlScalar(text) == expected)
    }

    @Test(
        "a CSV field that a spreadsheet would run becomes text",
        arguments: [
            ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-1+1", "'-1+1"), ("-5m", "-5m"), ("+1.5", "+1.5"), ("-", "-"), ("a=b", "a=b"),
            ("-2026-01-01", "-2026-01-01"), ("=\"a,b\"", "\"'=\"\"a,b\"\"\""), ("\tx", "'\tx"),
        ])
    func formulas(text: String, expected: String) throws {
        let csv = try render([[.text(text)]], columns: [Column("c")], options: .init(format: .csv))
        #expect(csv == "c\r\n\(expected)\r\n")
    }

    @Test("Markdown from data begins no column, tag or link")
    func markdown() throws {
        let csv = try render(
            [["a|b <img src=x> [l](u) `c` *d* \n e"]], columns: [Column("c")],
            options: .init(format: .markdown))
        #expect(
            csv.hasSuffix("| a\\|b &lt;img src=x&gt; \\[l\\](u) \\`c\\` \\*d\\* \\\\n e |\n"),
            "\(csv)")
    }

    @Test("JSON numbers are JSON numbers")
    func jsonNumbers() throws {
        let row: [Cell] = [
            .real(0.1), .real(1e300), .real(.nan), .real(-.infinity), .integer(.min),
        ]
        let columns = (0..<5).map { Column("c\($0)") }
        #expect(
            try render([row], columns: columns, options: .init(format: .json))
                == "[\n  {\"c0\": 0.1, \"c1\": 1e+300, \"c2\": null, \"c3\": null, "
                + "\"c4\": -9223372036854775808}\n]\n")
    }

    @Test(
        "colour follows the flag, then the environment, then the terminal",
        arguments: [
            (.auto, true, [:], true), (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, ["CLICOLOR_FORCE": "1"], false),
            (.auto, false, ["CLICOLOR_FORCE": "1"], true),
            (.auto, false, ["CLICOLOR_FORCE": "0"], false),
            (.auto, true, ["TERM": "dumb"], false),
            (.auto, false, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
        ] as [(ColourPolicy, Bool, [String: String], Bool)])
    func colour(
        policy: ColourPolicy, isTerminal: Bool, environment: [String: String], expected: Bool
    ) {
        #expect(
            policy.usesColour(isTerminal: isTerminal, environment: environment) == expected)
    }
}
