import Bytes
public import ControlPlane
import KubeAPI

// The normal form of a scenario: what `scenario --check` prints, and what `scenario RECORDING`
// prints of a scenario that was inferred. Reading it back gives the same scenario.
extension ScenarioFile {
    /// `notes` become comments at the top, one line each.
    public static func text(
        of scenario: Scenario, origin: Origin, notes: [String] = []
    ) -> String {
        var writer = ScenarioWriter(scenario: scenario, origin: origin)
        for note in notes {
            for line in note.split(separator: "\n", omittingEmptySubsequences: false) {
                writer.line("# \(YAMLText.comment(line))")
            }
        }
        writer.write()
        return writer.text
    }

    /// An offset from the origin, or the instant itself where it is years away from it: which is
    /// also how an instant prints while the recording, and so the origin, is unknown.
    public static func timeText(_ instant: Int64, origin: Origin) -> String {
        let (offset, overflow) = instant.subtractingReportingOverflow(origin.nanoseconds)
        if !overflow, offset.magnitude <= DurationText.longest.magnitude {
            return DurationText.text(offset)
        }
        return RFC3339.text(instant)
    }
}

private struct ScenarioWriter {
    let scenario: Scenario
    let origin: ScenarioFile.Origin
    var text = ""

    init(scenario: Scenario, origin: ScenarioFile.Origin) {
        self.scenario = scenario
        self.origin = origin
    }

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func write() {
        line("apiVersion: \(ScenarioFile.apiVersion)")
        line("kind: Scenario")
        line("name: \(YAMLText.scalar(scenario.name))")
        switch origin {
        case .capture: line("origin: capture")
        case .instant(let instant): line("origin: \"\(RFC3339.text(instant))\"")
        }
        line("servers:")
        for server in scenario.servers { write(server) }
        writeList("extensions", scenario.extensions.map(entry))
        line("entry: \(entryText)")
        writeList("loadBalancers", scenario.loadBalancers.map(entry))
        writeList("network", scenario.faults.map(entry))
        line("seed: \(scenario.seed)")
        if scenario.strictFlags { line("strictFlags: true") }
    }

    private mutating func writeList(_ key: String, _ entries: [String]) {
        if entries.isEmpty { return }
        line("\(key):")
        for entry in entries { line("  - {\(entry)}") }
    }

    private mutating func write(_ server: Scenario.Server) {
        line("  \(YAMLText.scalar(server.name)):")
        if server.hostname != server.name {
            line("    hostname: \(YAMLText.scalar(server.hostname))")
        }
        if let address = server.address { line("    address: \(YAMLText.quoted(address))") }
        line("    timeline:")
        for process in server.processes {
            line("      - {\(start(process))}")
            if let stop = stop(process) { line("      - {\(stop)}") }
        }
    }

    private func start(_ process: Scenario.Process) -> String {
        var entry = "at: \(time(process.startedAt)), start: \"\(process.release)\""
        entry += ", ready: \(DurationText.text(process.readyAfter))"
        let flags = process.flags.map { YAMLText.quoted(CommandWords.entry(of: $0)) }
        return entry + ", flags: [\(flags.joined(separator: ", "))]"
    }

    private func stop(_ process: Scenario.Process) -> String? {
        guard let stoppedAt = process.stoppedAt else { return nil }
        switch process.end {
        case .crash: return "at: \(time(stoppedAt)), stop: crash"
        case .graceful(let drain):
            return "at: \(time(stoppedAt)), stop: graceful, drain: \(DurationText.text(drain))"
        }
    }

    private func entry(_ value: Scenario.Extension) -> String {
        var entry = "group: \(YAMLText.scalar(value.groupVersion.group))"
        entry += ", version: \(YAMLText.scalar(value.groupVersion.version))"
        if value.isAggregated { entry += ", aggregated: true, available: \(value.isAvailable)" }
        let resources = value.resources.map {
            "{name: \(YAMLText.scalar($0.name)), kind: \(YAMLText.scalar($0.kind)),"
                + " namespaced: \($0.namespaced)}"
        }
        entry += ", resources: [\(resources.joined(separator: ", "))]"
        return entry + ", from: \(time(value.from))" + until(value.until)
    }

    private var entryText: String {
        switch scenario.entry {
        case .recorded: return "recorded"
        case .uniform: return "uniform"
        case .weights(let weights):
            let known = scenario.servers.map(\.name).filter { weights[$0] != nil }
            let list = known.map { "\(YAMLText.scalar($0)): \(weights[$0] ?? 0)" }
            return "{weights: {\(list.joined(separator: ", "))}}"
        }
    }

    private func entry(_ value: Scenario.LoadBalancer) -> String {
        var entry = "address: \(YAMLText.quoted(value.address)), to: \(names(value.servers))"
        if !value.strips.isEmpty { entry += ", strips: \(names(value.strips))" }
        return entry
    }

    private func entry(_ value: Scenario.Fault) -> String {
        "from: \(YAMLText.scalar(value.from)), to: \(YAMLText.scalar(value.to))"
            + ", at: \(time(value.at))" + until(value.until) + ", fails: \(value.kind.rawValue)"
    }

    private func until(_ instant: Int64?) -> String {
        instant.map { ", until: \(time($0))" } ?? ""
    }

    private func names(_ names: [String]) -> String {
        "[\(names.map(YAMLText.scalar).joined(separator: ", "))]"
    }

    private func time(_ instant: Int64) -> String {
        let text = ScenarioFile.timeText(instant, origin: origin)
        return text.contains(":") ? "\"\(text)\"" : text
    }
}

/// Scalars of a YAML text: plain where that cannot be misread, else in double quotes.
enum YAMLText {
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && $0.isLetter } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._/".contains($0)) }
            && !reserved.contains(text.lowercased())
        return isPlain ? text : quoted(text)
    }

    private static let reserved: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    ]

    /// A comment in which nothing ends the line, and nothing is obeyed by a terminal.
    static func comment(_ text: Substring) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isPrintable($0) ? $0 : "\u{FFFD}" }))
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA1...0x1FFF, 0x2010...0x2027, 0x2030...0xD7FF, 0xFFFD: true
        default: false
        }
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: quoted += "\\\""
            case 0x5C: quoted += "\\\\"
            case 0x20...0x7E: quoted.unicodeScalars.append(scalar)
            case 0xA1...0x1FFF, 0x2030...0xD7FF: quoted.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
            }
        }
        return quoted + "\""
    }
}
