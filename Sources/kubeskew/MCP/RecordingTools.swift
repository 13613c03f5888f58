import Analysis
import Arguments
import Bytes
import Judgments
import Output
import Recording
import Report

/// What a language model may ask of a recording: reading alone, in small answers with ids.
struct RecordingTools {
    private static let run = Tool.Parameter("run", "The run; by default the one as recorded")
    private static let limit = Tool.Parameter(
        "limit", "So many rows at most, up to 200; by default 20", kind: .integer)
    private static let narrowing = [
        Tool.Parameter("namespace", "Of this namespace only"),
        Tool.Parameter("user", "Of this user only; * stands for anything"),
        Tool.Parameter("user_agent", "Of this user agent only, such as kubectl/*"),
        Tool.Parameter("resource", "Of this resource only, such as deployments.apps"),
        Tool.Parameter("server", "Of this server only"),
        Tool.Parameter("since", "Not what ended before: RFC 3339, 09:30, 10m from the start"),
        Tool.Parameter("until", "Not what began then or later"),
    ]

    static let all = [
        Tool(
            name: "verdict",
            text: "What the upgrade did, in a sentence; how far the evidence carries; and how many "
                + "findings of each kind there are.", parameters: [run]),
        Tool(
            name: "findings", text: "The findings of a run, the gravest first.",
            parameters: [run, Tool.Parameter("kind", "Of this kind only, such as wrong-gc")]
                + narrowing + [limit]),
        Tool(
            name: "explain",
            text: "Why: a finding with the requests that show it, or one request's story.",
            parameters: [
                run,
                Tool.Parameter(
                    "id", "A finding's id, a request's number or an audit id", required: true),
            ]),
        Tool(
            name: "servers",
            text: "Which API server ran which version when, and how that is known.",
            parameters: []),
        Tool(
            name: "timeline",
            text: "In the order of time: processes of servers that start and end, APIs that "
                + "servers disagreed about, and findings.", parameters: [run, limit]),
        Tool(
            name: "queries", text: "The queries that 'query' knows, with their parameters.",
            parameters: []),
        Tool(
            name: "query", text: "Runs a query by its name.",
            parameters: [
                Tool.Parameter("name", "Such as gc/deletes-after-404", required: true),
                Tool.Parameter("parameters", "Values of its parameters, by name", kind: .object),
                limit,
            ]),
    ]

    let path: String
    let clusters: Clusters

    func call(_ name: String, _ arguments: JSONValue) throws -> JSONDocument {
        guard let tool = RecordingTools.all.first(where: { $0.name == name }) else {
            throw Failure("there is no tool '\(name)'")
        }
        try check(arguments, of: tool)
        switch name {
        case "verdict": return try verdict(arguments)
        case "findings": return try findings(arguments)
        case "explain": return try explain(arguments)
        case "servers":
            return try rows(QueryText(plain: Recording.serverTimeline(clocks: [:])), [], limit: 200)
        case "timeline": return try timeline(arguments)
        case "queries": return queries
        default: return try query(arguments)
        }
    }

    private func check(_ arguments: JSONValue, of tool: Tool) throws {
        guard let members = arguments.members else {
            throw Failure("the arguments of \(tool.name) are no object")
        }
        for member in members where !tool.parameters.contains(where: { $0.name == member.name }) {
            throw Failure("\(tool.name) has no argument '\(member.name)'")
        }
        for parameter in tool.parameters where parameter.isRequired {
            guard arguments[parameter.name] != nil else {
                throw Failure("\(tool.name) needs '\(parameter.name)'")
            }
        }
    }

    private func limit(_ arguments: JSONValue) -> Int {
        min(max(1, arguments["limit"]?.integer ?? 20), 200)
    }

    private func opened() throws -> Recording {
        let recording = try Recording(path: path, access: .read, of: clusters)
        try recording.beginReading()
        return recording
    }

    // MARK: What was found

    private func verdict(_ arguments: JSONValue) throws -> JSONDocument {
        let recording = try opened()
        let run = try recording.knownRun(arguments["run"]?.string)
        let verdict = try RunVerdict(run, in: recording)
        let list = try FindingList(recording, run: run, withPlaces: false)
        let kinds = Finding.Kind.allCases.compactMap {
            kind -> (key: String, value: JSONDocument)? in
            let count = list.rows.count { $0.finding.kind == kind }
            return count == 0 ? nil : (kind.rawValue, .number(count))
        }
        return .object([
            ("run", .text(run.name)), ("verdict", .text(verdict.headline.sentence)),
            ("mood", .text(verdict.headline.mood.rawValue)),
            ("evidence", .text(verdict.state.rawValue)),
            (
                "limits",
                .array(
                    verdict.evidence.prefix(20).map { one in
                        .object([
                            ("kind", .text(one.kind.rawValue)),
                            ("weight", .text(one.weight.rawValue)), ("says", .text(one.sentence)),
                        ])
                    })
            ),
            ("findings", .object(kinds)),
        ])
    }

    private func findings(_ arguments: JSONValue) throws -> JSONDocument {
        let recording = try opened()
        let run = try recording.knownRun(arguments["run"]?.string)
        let kind = try arguments["kind"]?.string.map { text in
            guard let kind = Finding.Kind(rawValue: text) else {
                let known = Finding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure("'\(text)' is no kind of finding; known are \(known)")
            }
            return kind
        }
        let words = Filter.Field.allCases.map { field in
            (field, arguments[field.rawValue]?.string.map { [$0] } ?? [])
        }
        let filter = try Filter(
            words: Dictionary(uniqueKeysWithValues: words), since: arguments["since"]?.string,
            until: arguments["until"]?.string, in: recording)
        let list = try FindingList(
            recording, run: run, kinds: kind.map { [$0] } ?? [], filter: filter, withPlaces: false)
        let shown = list.rows.prefix(limit(arguments))
        return .object([
            ("run", .text(run.name)), ("total", .number(list.rows.count)),
            ("left_off", .number(list.rows.count - shown.count)),
            (
                "findings",
                .array(
                    shown.map { row in
                        let cells = zip(FindingList.columns, list.cells(row))
                        return .object(
                            cells.filter { $0.0.name != "run" && $0.1 != .text("") }
                                .map { ($0.0.name, .cell($0.1)) })
                    })
            ),
        ])
    }

    private func explain(_ arguments: JSONValue) throws -> JSONDocument {
        let recording = try opened()
        let id =
            arguments["id"]?.string ?? arguments["id"]?.integer.map { String($0) } ?? ""
        let name = arguments["run"]?.string
        let run = try name == nil ? recording.storedRun(nil) : recording.knownRun(name)
        if let run, let known = try recording.findingID(id, ofRun: run),
            var found = try recording.findingCase(known, of: run)
        {
            let left = max(0, found.exhibits.count - 30)
            found.exhibits = Array(found.exhibits.prefix(30))
            found.finding.victims = Array(found.finding.victims.prefix(30))
            return .object([
                ("finding", found.document(run: run.name)), ("requests_left_off", .number(left)),
            ])
        }
        let requests = try recording.requests(named: id)
        guard !requests.isEmpty else {
            throw Failure("'\(id)' is no request, audit id or finding")
        }
        let control = try ExplainedControlPlane(run, recordingAt: path, of: clusters)
        return .object([
            (
                "requests",
                .array(
                    try requests.prefix(5).map {
                        try RequestStory($0, control, in: recording).document
                    })
            )
        ])
    }

    // MARK: Rows

    private func timeline(_ arguments: JSONValue) throws -> JSONDocument {
        let run = try opened().knownRun(arguments["run"]?.string).name
        let entry = try QueryLibrary.current().query("upgrade/timeline")
        return try rows(
            QueryText(query: entry.text), [(key: "run", value: run)], limit: limit(arguments))
    }

    private var queries: JSONDocument {
        let known = QueryLibrary.current().entries.compactMap { entry -> JSONDocument? in
            guard let text = try? QueryText(query: entry.text) else { return nil }
            return .object([
                ("name", .text(entry.name)), ("title", .text(text.title)),
                (
                    "parameters",
                    .object(text.parameters.map { ($0.name, .text($0.fallback)) })
                ),
            ])
        }
        return .object([("queries", .array(known))])
    }

    private func query(_ arguments: JSONValue) throws -> JSONDocument {
        let entry = try QueryLibrary.current().query(arguments["name"]?.string ?? "")
        var settings: [(key: String, value: String)] = []
        for member in arguments["parameters"]?.members ?? [] {
            let text = member.value.string ?? member.value.integer.map { String($0) }
            guard let text else { throw Failure("the parameter '\(member.name)' is no text") }
            settings.append((member.name, text))
        }
        return try rows(
            QueryText(query: entry.text), settings, limit: limit(arguments))
    }

    private func rows(
        _ query: QueryText, _ settings: [(key: String, value: String)], limit: Int
    ) throws -> JSONDocument {
        let run = QueryRun(
            recordingPath: path, of: clusters, query: query, settings: settings,
            timeLimit: .seconds(20))
        let watchdog = Watchdog(after: .seconds(20))
        defer { watchdog.cancel() }
        var names: [String] = []
        var rows: [JSONDocument] = []
        var isCut = false
        try run.read(
            columns: { names = $0.map(\.name) },
            row: { row in
                guard rows.count < limit else {
                    isCut = true
                    return false
                }
                rows.append(.object(zip(names, row).map { ($0, .cell($1)) }))
                return true
            })
        return .object([("rows", .array(rows)), ("more", .cell(.boolean(isCut)))])
    }
}
