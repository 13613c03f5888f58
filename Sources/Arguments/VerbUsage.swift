/// How a verb of the command line is used: the one definition behind parsing, help, completion
/// and the man page.
///
/// The executable holds a list of these, each beside the closure that runs it. Nothing here runs,
/// prints or reads anything.
public struct VerbUsage: Sendable {
    /// The words that name it, such as `["capture", "audit"]`.
    public let path: [String]
    /// One line, without a full stop.
    public let summary: String
    /// Paragraphs, separated by empty lines.
    public let text: String
    public let arguments: [Argument]
    public let flags: [Flag]
    public let example: Example
    /// Lines that replace the usage line that follows from `arguments`, without the verb's name:
    /// for verbs that have more than one form.
    public let forms: [String]

    public init(
        _ name: String, summary: String, text: String, arguments: [Argument] = [],
        flags: [Flag] = [], example: Example, forms: [String] = []
    ) {
        path = name.split(separator: " ").map(String.init)
        self.summary = summary
        self.text = text
        self.arguments = arguments
        self.flags = flags
        self.example = example
        self.forms = forms
        checkArguments()
    }

    public var name: String { path.joined(separator: " ") }

    /// Optional arguments follow required ones, and only the last may repeat.
    private func checkArguments() {
        var optionalSeen = false
        for (index, argument) in arguments.enumerated() {
            let repeats = argument.count == .oneOrMore || argument.count == .any
            precondition(!repeats || index == arguments.count - 1, "\(name): only the last repeats")
            let optional = argument.count == .optional || argument.count == .any
            precondition(optional || !optionalSeen, "\(name): required after optional")
            optionalSeen = optionalSeen || optional
        }
    }
}

/// A positional argument of a verb.
public struct Argument: Sendable, Hashable {
    public enum Count: Sendable { case one, optional, oneOrMore, any }

    /// In capitals, as help shows it: `RECORDING`.
    public let name: String
    public let count: Count
    public let help: String
    /// How a shell completes it.
    public let completion: Completion

    public init(
        _ name: String, _ count: Count = .one, help: String, completion: Completion = .file
    ) {
        self.name = name
        self.count = count
        self.help = help
        self.completion = completion
    }
}

/// What a shell offers for an argument.
public enum Completion: Sendable, Hashable {
    case file
    case words([String])
    /// The lines that the tool itself prints for these arguments.
    case output(of: String)
    case nothing
}

/// One command to copy, and what it shows.
public struct Example: Sendable {
    public let command: String
    public let explanation: String

    public init(_ command: String, _ explanation: String) {
        self.command = command
        self.explanation = explanation
    }
}

/// A flag of a verb, or of every verb.
public struct Flag: Sendable, Hashable {
    /// What follows the flag's name; checked while parsing.
    public enum Value: Sendable, Hashable {
        case none
        /// Any text, with the placeholder that help shows.
        case text(String)
        case file(String)
        case choice([String])
        /// `90s`, `1h30m`, `250ms`; read with `ParsedArguments.nanoseconds`.
        case duration
        case integer(ClosedRange<Int>)
        /// `64MiB`, `2G`, `1000`; read with `ParsedArguments.integer`.
        case size
        /// `KEY=VALUE`; read with `ParsedArguments.settings`.
        case setting
    }

    /// Without its dashes.
    public let name: String
    public let short: Character?
    public let value: Value
    public let repeats: Bool
    public let fallback: String?
    public let help: String

    public init(
        _ name: String, short: Character? = nil, _ value: Value, repeats: Bool = false,
        fallback: String? = nil, help: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.repeats = repeats
        self.fallback = fallback
        self.help = help
    }

    /// `KUBESKEW_NO_HEADERS` for `--no-headers`.
    public var environmentName: String {
        "KUBESKEW_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    public var takesValue: Bool { value != .none }

    /// What help shows after the name; empty for a switch.
    var placeholder: String {
        switch value {
        case .none: ""
        case .text(let name), .file(let name): name
        case .choice(let words): words.joined(separator: "|")
        case .duration: "DURATION"
        case .integer: "N"
        case .size: "SIZE"
        case .setting: "KEY=VALUE"
        }
    }
}
