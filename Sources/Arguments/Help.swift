import Bytes

extension CommandInterface {
    /// The help text of a verb, of a group of verbs such as `capture`, or of the tool for an empty
    /// path; wrapped at `width` columns.
    public func help(_ path: [String], width: Int = 80) throws(UsageError) -> String {
        let width = min(max(width, 60), 100)
        if let verb = verb(path) { return verbHelp(verb, width: width) }
        guard !verbs(below: path).isEmpty else {
            let names = verbs.map(\.name)
            let typed = path.joined(separator: " ")
            let meant = nearestName(to: typed, among: names).map { "; did you mean \($0)?" } ?? ""
            throw UsageError(
                "no help on '\(typed)'\(meant)", hint: "Run '\(name) --help' for all verbs.")
        }
        return groupHelp(path, width: width)
    }

    /// `kubeskew capture audit RECORDING INPUT... [flags]`, one line for each form of the verb.
    func usageLines(_ verb: VerbUsage) -> [String] {
        let start = "\(name) \(verb.name)"
        guard verb.forms.isEmpty else { return verb.forms.map { "\(start) \($0)" } }
        var line = start
        for argument in verb.arguments {
            switch argument.count {
            case .one: line += " \(argument.name)"
            case .optional: line += " [\(argument.name)]"
            case .oneOrMore: line += " \(argument.name)..."
            case .any: line += " [\(argument.name)...]"
            }
        }
        return [verb.flags.isEmpty ? line : line + " [flags]"]
    }

    private func verbHelp(_ verb: VerbUsage, width: Int) -> String {
        var page = "\(verb.summary).\n\nUsage:\n"
        for line in usageLines(verb) { page += "  \(line)\n" }
        page += "\n" + wrapped(verb.text, width: width) + "\n"
        if !verb.arguments.isEmpty {
            page += "\nArguments:\n"
            page += list(verb.arguments.map { ($0.name, $0.help) }, width: width)
        }
        if !verb.flags.isEmpty { page += "\nFlags:\n" + flagList(verb.flags, width: width) }
        page += "\nFlags of every verb:\n" + flagList(globalFlags, width: width)
        page += "\nEvery flag can be set in the environment: --\(sampleFlag.name) is "
        page += "\(sampleFlag.environmentName).\n"
        page += "\nExample:\n" + wrapped(verb.example.explanation, width: width, indent: 2)
        page += "\n\n      \(localised(verb.example.command))\n"
        return page
    }

    private func groupHelp(_ path: [String], width: Int) -> String {
        let start = ([name] + path).joined(separator: " ")
        var page = path.isEmpty ? "\(name): \(summary).\n\n" : ""
        page += "Usage:\n  \(start) VERB [arguments] [flags]\n"
        if path.isEmpty { page += "\n" + wrapped(text, width: width) + "\n" }
        page += "\nVerbs:\n"
        page += list(verbs(below: path).map { ($0.name, $0.summary) }, width: width)
        page += "\nFlags of every verb:\n" + flagList(globalFlags, width: width)
        page += "\nRun '\(start) VERB --help' for more on one of them.\n"
        return page
    }

    private var sampleFlag: Flag {
        globalFlags.first ?? Flag("quiet", .none, help: "")
    }

    private func flagList(_ flags: [Flag], width: Int) -> String {
        let rows = flags.map { flag in (flagTitle(flag), flagHelp(flag)) }
        return list(rows, width: width)
    }

    private func flagTitle(_ flag: Flag) -> String {
        let short = flag.short.map { "-\($0), " } ?? "    "
        let value: String
        if case .choice(let words) = flag.value, words.count > 3 {
            value = " " + flag.name.uppercased()
        } else {
            value = flag.takesValue ? " \(flag.placeholder)" : ""
        }
        return "\(short)--\(flag.name)\(value)"
    }
}

/// A flag's help with what follows from its definition: choices, repetition, default.
func flagHelp(_ flag: Flag) -> String {
    var notes: [String] = []
    if case .choice(let words) = flag.value, words.count > 3 {
        notes.append("one of \(words.joined(separator: ", "))")
    }
    if flag.repeats { notes.append("may be repeated") }
    if let fallback = flag.fallback { notes.append("default \(fallback)") }
    return notes.isEmpty ? flag.help : "\(flag.help) (\(notes.joined(separator: "; ")))"
}

/// Two columns: names, and texts wrapped beside them; a long name has its text on the next line.
private func list(_ rows: [(name: String, text: String)], width: Int) -> String {
    let column = min(28, (rows.map(\.name.count).max() ?? 0) + 4)
    var page = ""
    for row in rows {
        let lines = wrappedLines(row.text, width: width - column)
        var first = "  \(row.name)"
        if first.count + 2 > column, !lines.isEmpty {
            page += first + "\n"
            first = ""
        }
        for (index, line) in lines.enumerated() {
            let start = index == 0 ? first : ""
            page += start + String(repeating: " ", count: column - start.count) + line + "\n"
        }
        if lines.isEmpty { page += first + "\n" }
    }
    return page
}

/// Paragraphs wrapped at a width; lines that begin with a space are kept as they are.
func wrapped(_ text: String, width: Int, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var paragraph = ""
    func flush() {
        lines += wrappedLines(paragraph, width: width - indent).map { margin + $0 }
        paragraph = ""
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.isEmpty || line.hasPrefix(" ") {
            flush()
            lines.append(line.isEmpty ? "" : margin + line)
        } else {
            paragraph += (paragraph.isEmpty ? "" : " ") + line
        }
    }
    flush()
    return lines.joined(separator: "\n")
}

/// A paragraph in lines that break at words.
///
/// - Parameters:
///   - indent: what the first line begins with.
///   - hanging: what the others begin with; nil for the same.
public func wrappedLines(
    _ text: String, width: Int, indent: String = "", hanging: String? = nil
) -> [String] {
    var lines: [String] = []
    var line = indent
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        if line.count + 1 + word.count > width, line.contains(where: { $0 != " " }) {
            lines.append(line)
            line = hanging ?? indent
        }
        line += line.last == " " || line.isEmpty ? String(word) : " \(word)"
    }
    return line == indent ? lines : lines + [line]
}
