import Bytes

extension CommandInterface {
    /// Reads a command line, without the tool's own name, and the environment.
    ///
    /// A flag on the command line wins over its environment variable, which wins over its default.
    public func parse(
        _ arguments: [String], environment: [String: String]
    ) throws(UsageError) -> Invocation {
        var parser = Parser(interface: self)
        for argument in arguments {
            try parser.take(argument)
            if parser.wantsHelp { return .help(parser.path) }
        }
        let parsed = try parser.finish(environment: environment)
        return .run(parsed)
    }
}

/// One reading of a command line: fed word by word.
private struct Parser {
    let interface: CommandInterface
    var path: [String] = []
    var verb: VerbUsage?
    var positionals: [String] = []
    var given: [String: [String]] = [:]
    var pending: Flag?
    var onlyPositionals = false
    var wantsHelp = false

    private var flags: [Flag] { (verb?.flags ?? []) + interface.globalFlags }

    mutating func take(_ word: String) throws(UsageError) {
        if let flag = pending {
            try takeValue(word, of: flag)
        } else if onlyPositionals || !word.hasPrefix("-") || word == "-" {
            try takePositional(word)
        } else if word == "--" {
            onlyPositionals = true
        } else if word == "--help" || word == "-h" {
            wantsHelp = true
        } else if word.hasPrefix("--") {
            try takeLong(word)
        } else {
            try takeShort(word)
        }
    }

    private mutating func takeValue(_ word: String, of flag: Flag) throws(UsageError) {
        // `--run --verdicts all` is a forgotten value, not a run named `--verdicts`.
        let name = word.prefix { $0 != "=" }
        if flags.contains(where: { "--\($0.name)" == name || isShort($0, word) }) {
            throw missingValue(flag)
        }
        pending = nil
        try store(word, for: flag, source: "--\(flag.name)")
    }

    private func isShort(_ flag: Flag, _ word: String) -> Bool {
        flag.short.map { word == "-\($0)" } ?? false
    }

    private mutating func takePositional(_ word: String) throws(UsageError) {
        guard verb == nil else {
            positionals.append(word)
            return
        }
        let words = interface.nextWords(after: path)
        guard words.contains(word) else { throw unknownVerb(word, among: words) }
        path.append(word)
        verb = interface.verb(path)
    }

    private mutating func takeLong(_ word: String) throws(UsageError) {
        let name = String(word.dropFirst(2).prefix { $0 != "=" })
        guard let flag = flags.first(where: { $0.name == name }) else {
            throw unknownFlag("--\(name)")
        }
        let hasValue = word.count > name.count + 2
        let value = String(word.dropFirst(name.count + 3))
        if hasValue {
            try store(value, for: flag, source: "--\(name)")
        } else if flag.takesValue {
            pending = flag
        } else {
            try store("true", for: flag, source: "--\(name)")
        }
    }

    // `-q`, `-qv`, `-o json`, `-ojson`, `-o=json`.
    private mutating func takeShort(_ word: String) throws(UsageError) {
        var rest = word.dropFirst()
        while let letter = rest.first {
            rest = rest.dropFirst()
            guard letter != "h" else {
                wantsHelp = true
                return
            }
            guard let flag = flags.first(where: { $0.short == letter }) else {
                throw unknownFlag("-\(letter)")
            }
            guard flag.takesValue else {
                try store("true", for: flag, source: "-\(letter)")
                continue
            }
            if rest.isEmpty {
                pending = flag
            } else {
                let value = rest.first == "=" ? rest.dropFirst() : rest
                try store(String(value), for: flag, source: "-\(letter)")
            }
            return
        }
    }

    private mutating func store(
        _ value: String, for flag: Flag, source: String
    ) throws(UsageError) {
        let values = try checked(value, for: flag, source: source)
        if flag.repeats {
            given[flag.name, default: []] += values
        } else {
            given[flag.name] = values
        }
    }

    mutating func finish(environment: [String: String]) throws(UsageError) -> ParsedArguments {
        if let flag = pending { throw missingValue(flag) }
        guard let verb else { throw missingVerb() }
        var parsed = ParsedArguments(verb: verb, global: interface.globalFlags)
        for flag in flags {
            if let values = given[flag.name] {
                parsed.flags[flag.name] = values
                parsed.given.insert(flag.name)
            } else if let text = environment[flag.environmentName], !text.isEmpty {
                parsed.flags[flag.name] = try environmentValues(text, of: flag)
                parsed.given.insert(flag.name)
            }
        }
        parsed.arguments = try assigned(positionals, to: verb)
        return parsed
    }

    /// A repeated flag's variable holds one value per line, or, on one line, values between commas.
    private func environmentValues(
        _ text: String, of flag: Flag
    ) throws(UsageError) -> [String] {
        guard flag.repeats else {
            return try checked(text, for: flag, source: flag.environmentName)
        }
        let separator: Character = text.contains("\n") ? "\n" : ","
        var values: [String] = []
        for part in text.split(separator: separator) {
            values += try checked(String(part), for: flag, source: flag.environmentName)
        }
        return values
    }

    private func assigned(
        _ words: [String], to verb: VerbUsage
    ) throws(UsageError) -> [String: [String]] {
        var rest = words[...]
        var assigned: [String: [String]] = [:]
        for argument in verb.arguments {
            let isRequired = argument.count == .one || argument.count == .oneOrMore
            guard !rest.isEmpty else {
                if isRequired {
                    let before = words.isEmpty ? "" : " behind \(quoted(words[words.count - 1]))"
                    throw UsageError(
                        "\(verb.name) needs \(argument.name)\(before): \(argument.help)",
                        hint: hint())
                }
                continue
            }
            let takesRest = argument.count == .oneOrMore || argument.count == .any
            let count = takesRest ? rest.count : 1
            assigned[argument.name] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        if let extra = rest.first {
            throw UsageError(
                "\(verb.name) takes no further argument: \(quoted(extra))", hint: hint())
        }
        return assigned
    }
}

extension Parser {
    /// The value in its normal form; a repeated choice may hold several between commas.
    private func checked(
        _ value: String, for flag: Flag, source: String
    ) throws(UsageError) -> [String] {
        func fail(_ expected: String) -> UsageError {
            UsageError("\(source) wants \(expected), not \(quoted(value))", hint: hint())
        }
        switch flag.value {
        case .none:
            guard let isOn = truth(value) else { throw fail("true or false") }
            return [isOn ? "true" : "false"]
        case .choice(let words):
            return try checkedChoice(value, among: words, of: flag, source: source)
        case .duration:
            guard DurationText.nanoseconds(value) != nil else {
                throw fail("a duration such as 90s, 1h30m or 250ms")
            }
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                throw fail(numberPhrase(range))
            }
        case .size:
            guard Quantity.bytes(value) != nil else { throw fail("a size such as 64MiB or 2G") }
        case .setting:
            guard let equals = value.firstIndex(of: "="), equals > value.startIndex else {
                throw fail("KEY=VALUE")
            }
        case .text, .file:
            guard !value.isEmpty else { throw missingValue(flag) }
        }
        return [value]
    }

    private func checkedChoice(
        _ value: String, among words: [String], of flag: Flag, source: String
    ) throws(UsageError) -> [String] {
        let parts = flag.repeats ? value.split(separator: ",").map(String.init) : [value]
        for part in parts where !words.contains(where: { isChoice(part, of: $0) }) {
            let suggestion = nearestName(to: part, among: words)
            let meant = suggestion.map { "; did you mean \($0)?" } ?? ""
            throw UsageError(
                "\(source) wants \(words.joined(separator: ", ")), not \(quoted(part))\(meant)",
                hint: hint())
        }
        guard !parts.isEmpty else { throw missingValue(flag) }
        return parts
    }

    /// A word that ends in `=`, such as `jsonpath=`, goes on as the person likes.
    private func isChoice(_ text: String, of word: String) -> Bool {
        text == word || (word.hasSuffix("=") && text.hasPrefix(word) && text.count > word.count)
    }

    private func numberPhrase(_ range: ClosedRange<Int>) -> String {
        if range.upperBound == Int.max {
            return range.lowerBound == Int.min
                ? "a whole number" : "a whole number of at least \(range.lowerBound)"
        }
        return "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    private func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "true", "yes", "on", "t", "y": true
        case "0", "false", "no", "off", "f", "n": false
        default: nil
        }
    }

    private func missingValue(_ flag: Flag) -> UsageError {
        UsageError("--\(flag.name) needs a value: --\(flag.name) \(flag.placeholder)", hint: hint())
    }

    private func missingVerb() -> UsageError {
        let words = interface.nextWords(after: path).joined(separator: ", ")
        let what = path.isEmpty ? "a verb is missing" : "\(path.joined(separator: " ")) needs more"
        return UsageError("\(what); one of \(words)", hint: hint())
    }

    private func unknownVerb(_ word: String, among words: [String]) -> UsageError {
        let whole = (path + [word]).joined(separator: " ")
        if path.isEmpty, let own = interface.otherNames[word.lowercased()] {
            let command = ([interface.name] + [own, "--help"]).joined(separator: " ")
            return UsageError(
                "there is no verb \(quoted(whole)): here it is '\(own)'",
                hint: "Run '\(command)' for its usage.")
        }
        if let meant = nearestName(to: word, among: words) {
            let line = (path + [meant]).joined(separator: " ")
            return UsageError("unknown verb \(quoted(whole)); did you mean \(line)?", hint: hint())
        }
        return UsageError("unknown verb \(quoted(whole))", hint: hint())
    }

    private func unknownFlag(_ typed: String) -> UsageError {
        let owner = verb.map { "\($0.name) has no flag" } ?? "there is no global flag"
        let names = flags.map { "--\($0.name)" } + ["--help"]
        let meant = typed.hasPrefix("--") ? nearestName(to: typed, among: names) : nil
        let question = meant.map { "; did you mean \($0)?" } ?? ""
        return UsageError("\(owner) \(quoted(typed))\(question)", hint: hint())
    }

    private func hint() -> String {
        "Run '\(([interface.name] + path + ["--help"]).joined(separator: " "))' for its usage."
    }

    /// A word of the person's, on one line and without anything that a terminal would obey.
    private func quoted(_ word: String) -> String {
        let safe = word.prefix(120).unicodeScalars.map { scalar in
            scalar.value < 32 || (127..<160).contains(scalar.value) ? "?" : String(scalar)
        }
        return "'" + safe.joined() + (word.count > 120 ? "…" : "") + "'"
    }
}
