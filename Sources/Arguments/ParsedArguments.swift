import Bytes

/// What a command line says, once parsed and checked against the verb's definition.
///
/// Asking for a flag or an argument that the verb does not declare is a fault of the program and
/// stops it.
public struct ParsedArguments: Sendable {
    public let verb: VerbUsage
    var flags: [String: [String]] = [:]
    var given: Set<String> = []
    var arguments: [String: [String]] = [:]
    var declared: Set<String> = []

    init(verb: VerbUsage, global: [Flag]) {
        self.verb = verb
        for flag in verb.flags + global {
            let isNew = declared.insert(flag.name).inserted
            precondition(isNew, "flag --\(flag.name) is declared twice")
            if let fallback = flag.fallback { flags[flag.name] = [fallback] }
        }
    }

    /// The value given last, from the environment, or the default.
    public func text(_ flag: Flag) -> String? { texts(flag).last }

    public func texts(_ flag: Flag) -> [String] {
        precondition(declared.contains(flag.name), "\(verb.name) does not declare --\(flag.name)")
        return flags[flag.name] ?? []
    }

    public func isOn(_ flag: Flag) -> Bool { text(flag) == "true" }

    /// Whether it stands on the command line or in the environment, and is no default.
    public func isGiven(_ flag: Flag) -> Bool {
        precondition(declared.contains(flag.name), "\(verb.name) does not declare --\(flag.name)")
        return given.contains(flag.name)
    }

    public func nanoseconds(_ flag: Flag) -> Int64? {
        text(flag).flatMap { DurationText.nanoseconds($0) }
    }

    public func integer(_ flag: Flag) -> Int? {
        text(flag).flatMap { flag.value == .size ? Quantity.bytes($0) : Int($0) }
    }

    /// The pairs of a `KEY=VALUE` flag, in the order given.
    public func settings(_ flag: Flag) -> [(key: String, value: String)] {
        texts(flag).map { text in
            let key = text.prefix { $0 != "=" }
            return (String(key), String(text.dropFirst(key.count + 1)))
        }
    }

    /// A positional argument by its name in the definition.
    public func argument(_ name: String) -> String? { arguments(name).first }

    /// A positional argument that the definition requires.
    public func required(_ name: String) -> String {
        guard let text = argument(name) else {
            preconditionFailure("\(verb.name) does not require \(name)")
        }
        return text
    }

    public func arguments(_ name: String) -> [String] {
        precondition(
            verb.arguments.contains { $0.name == name }, "\(verb.name) does not declare \(name)")
        return arguments[name] ?? []
    }
}
