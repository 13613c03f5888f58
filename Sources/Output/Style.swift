/// A colour of text on a terminal.
public enum Style: Sendable {
    case red, green, yellow, blue, bold, dim

    /// The select graphic rendition code (ECMA-48, 8.3.117).
    var code: String {
        switch self {
        case .red: "31"
        case .green: "32"
        case .yellow: "33"
        case .blue: "34"
        case .bold: "1"
        case .dim: "2"
        }
    }
}

/// Puts colour on text, or leaves it alone.
public struct Paint: Sendable {
    public let isOn: Bool

    public init(isOn: Bool) { self.isOn = isOn }

    public func callAsFunction(_ style: Style?, _ text: String) -> String {
        guard isOn, let style else { return text }
        return "\u{1b}[\(style.code)m\(text)\u{1b}[0m"
    }
}

/// When output is coloured.
public enum ColourPolicy: String, Sendable, CaseIterable {
    case auto, always, never

    /// Whether to colour a stream.
    ///
    /// The flag wins; then NO_COLOR, CLICOLOR_FORCE, TERM=dumb; then
    /// whether a terminal reads it.
    public func usesColour(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
        if isSet("NO_COLOR") { return false }
        if isSet("CLICOLOR_FORCE"), environment["CLICOLOR_FORCE"] != "0" { return true }
        if environment["TERM"] == "dumb" || environment["CLICOLOR"] == "0" { return false }
        return isTerminal
    }
}
