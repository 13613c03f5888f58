/// The whole command line of a tool: its verbs and the flags that all of them take.
///
/// Made once by the executable. Everything that can be said about the command line without running
/// it follows from this value: `parse`, `help`, `completion`, `manPage`.
public struct CommandInterface: Sendable {
    /// As the person calls it: `kubeskew`, or `kubectl skew` for the plugin.
    public let name: String
    public let summary: String
    public let text: String
    public let globalFlags: [Flag]
    public let verbs: [VerbUsage]
    /// What other tools call a verb of this one, such as `import`.
    public let otherNames: [String: String]

    public init(
        name: String, summary: String, text: String, globalFlags: [Flag], verbs: [VerbUsage],
        otherNames: [String: String] = [:]
    ) {
        self.name = name
        self.summary = summary
        self.text = text
        self.globalFlags = globalFlags
        self.verbs = verbs
        self.otherNames = otherNames
    }

    /// The name that examples and definitions are written with.
    static let canonicalName = "kubeskew"

    /// An example's command as the person would type it here.
    func localised(_ command: String) -> String {
        guard name != Self.canonicalName else { return command }
        return command.split(separator: " ", omittingEmptySubsequences: false)
            .map { $0 == Self.canonicalName ? name : String($0) }.joined(separator: " ")
    }

    func verb(_ path: [String]) -> VerbUsage? { verbs.first { $0.path == path } }

    /// The verbs below a word such as `capture`; all of them for an empty path.
    func verbs(below path: [String]) -> [VerbUsage] {
        verbs.filter { $0.path.count > path.count && $0.path.starts(with: path) }
    }

    /// The words that may follow a path, in the order of definition, each once.
    func nextWords(after path: [String]) -> [String] {
        var words: [String] = []
        for verb in verbs(below: path) where !words.contains(verb.path[path.count]) {
            words.append(verb.path[path.count])
        }
        return words
    }
}

/// What a command line asks for.
public enum Invocation: Sendable {
    case run(ParsedArguments)
    /// Help on a verb, on a group of verbs, or on the tool where the path is empty.
    case help([String])
}
