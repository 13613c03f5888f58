extension CommandInterface {
    /// The manual page in roff, section 1, with every verb in it.
    ///
    /// The date is left to the packager: a page made from the same definition is the same bytes.
    public func manPage(version: String) -> String {
        var page = Roff()
        page.macro("TH", ["KUBESKEW", "1", "", "kubeskew \(version)", "User Commands"])
        page.macro("SH", ["NAME"])
        page.text("kubeskew - \(summary)")
        page.macro("SH", ["SYNOPSIS"])
        page.bold(name)
        page.text("VERB [arguments] [flags]")
        page.macro("SH", ["DESCRIPTION"])
        page.paragraphs(text)
        page.macro("SH", ["VERBS"])
        for verb in verbs { add(verb, to: &page) }
        page.macro("SH", ["FLAGS OF EVERY VERB"])
        add(globalFlags, to: &page)
        page.macro("SH", ["ENVIRONMENT"])
        addEnvironment(to: &page)
        page.macro("SH", ["EXIT STATUS"])
        for (status, meaning) in exitStatuses {
            page.macro("TP", [])
            page.bold(status)
            page.text(meaning)
        }
        return page.source
    }

    private var exitStatuses: [(String, String)] {
        [
            ("0", "Done, and no finding at or above --fail-on."),
            ("1", "It failed. Never means findings."),
            ("2", "Wrong usage."),
            ("3", "There are findings at or above --fail-on."),
            ("130", "Interrupted."),
        ]
    }

    private func add(_ verb: VerbUsage, to page: inout Roff) {
        page.macro("SS", [verb.name])
        for line in usageLines(verb) {
            page.bold(line)
            page.macro("br", [])
        }
        page.macro("PP", [])
        page.text("\(verb.summary).")
        page.macro("PP", [])
        page.paragraphs(verb.text)
        for argument in verb.arguments {
            page.macro("TP", [])
            page.bold(argument.name)
            page.text(argument.help)
        }
        add(verb.flags, to: &page)
        page.macro("PP", [])
        page.text(verb.example.explanation)
        page.macro("PP", [])
        page.literal(localised(verb.example.command))
    }

    private func add(_ flags: [Flag], to page: inout Roff) {
        for flag in flags {
            page.macro("TP", [])
            let short = flag.short.map { "-\($0), " } ?? ""
            let value = flag.takesValue ? " \(flag.placeholder)" : ""
            page.bold("\(short)--\(flag.name)\(value)")
            page.text(flagHelp(flag))
        }
    }

    private func addEnvironment(to page: inout Roff) {
        page.text("Every flag has a variable, which the flag itself overrides:")
        page.text("--no-headers is KUBESKEW_NO_HEADERS. A flag that may be repeated takes several")
        page.text("values between commas, or one on each line where a value holds a comma.")
        page.text("NO_COLOR, CLICOLOR_FORCE, TERM and COLUMNS are heeded as elsewhere.")
    }
}

/// Roff source in the making: the only place that knows its quoting.
private struct Roff {
    var source = ""

    mutating func macro(_ name: String, _ arguments: [String]) {
        source += "." + name
        for argument in arguments { source += " \"" + escaped(argument, quotes: true) + "\"" }
        source += "\n"
    }

    mutating func bold(_ text: String) { source += "\\fB" + escaped(text) + "\\fR\n" }

    mutating func text(_ text: String) {
        // A line that begins with a dot or an apostrophe would be a request.
        let start = text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : ""
        source += start + escaped(text) + "\n"
    }

    mutating func literal(_ text: String) {
        source += ".nf\n.RS 4\n"
        self.text(text)
        source += ".RE\n.fi\n"
    }

    mutating func paragraphs(_ text: String) {
        var isLiteral = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let wantsLiteral = line.hasPrefix(" ")
            if wantsLiteral != isLiteral { source += wantsLiteral ? ".nf\n" : ".fi\n" }
            isLiteral = wantsLiteral
            if line.isEmpty { macro("PP", []) } else { self.text(String(line)) }
        }
        if isLiteral { source += ".fi\n" }
    }

    private func escaped(_ text: String, quotes: Bool = false) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            // Where a long list of words may be broken.
            case "|": result += "|\\:"
            case "\"" where quotes: result += "\\(dq"
            default: result.append(character)
            }
        }
        return result
    }
}
