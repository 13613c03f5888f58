import Bytes
public import KubeAPI

/// Whether a scenario is the control plane that was recorded, going by the processes that were
/// seen.
///
/// What was not seen contradicts nothing: a log without versions agrees with every release.
public enum ScenarioFit {
    /// The scenario's instants and the servers' own are so far apart at most.
    static let tolerance: Int64 = 5_000_000_000

    /// Where the two differ, a sentence each; empty where the scenario may be the recorded one.
    public static func differences(
        _ scenario: Scenario, _ processes: [ServerProcess], in span: ClosedRange<Int64>
    ) -> [String] {
        var differences: [String] = []
        for server in scenario.servers {
            let seen = processes.filter { $0.server == server.name }
            for process in seen {
                differences += [difference(process, server)].compactMap(\.self)
            }
            differences += unseen(server, seen, in: span)
        }
        return differences
    }

    /// What a process that was seen says against the scenario.
    private static func difference(_ seen: ServerProcess, _ server: Scenario.Server) -> String? {
        guard let release = seen.release, Release.known.contains(release) else { return nil }
        let (from, until) = (seen.firstSeen + tolerance, seen.lastSeen - tolerance)
        if let started = seen.startedAt,
            !server.processes.contains(where: {
                distance($0.startedAt, started) <= tolerance && $0.release == release
            })
        {
            return "\(server.name) started as \(release) at \(RFC3339.text(started)), "
                + "which the scenario does not have"
        }
        let middle = seen.firstSeen + (seen.lastSeen - seen.firstSeen) / 2
        let meant = server.processes.first {
            from <= until
                ? $0.startedAt <= from && until <= $0.endsAt
                : $0.startedAt - tolerance <= middle && middle <= $0.endsAt.clampedAdding(tolerance)
        }
        guard let meant, meant.release == release else {
            return "\(server.name) ran \(release) from \(RFC3339.text(seen.firstSeen)) to "
                + "\(RFC3339.text(seen.lastSeen)), which the scenario does not have"
        }
        return nil
    }

    /// Starts of another release that the recording would show and does not, and those after it.
    private static func unseen(
        _ server: Scenario.Server, _ seen: [ServerProcess], in span: ClosedRange<Int64>
    ) -> [String] {
        zip(server.processes, server.processes.dropFirst()).compactMap { earlier, process in
            let started = process.startedAt
            if started > span.upperBound.clampedAdding(tolerance) {
                return "\(server.name) starts as \(process.release) at \(RFC3339.text(started)) in "
                    + "the scenario, after the recording's end"
            }
            guard earlier.release != process.release, started + tolerance < span.upperBound,
                seen.contains(where: { !$0.version.isEmpty }),
                !seen.contains(where: {
                    $0.release == process.release && $0.lastSeen + tolerance >= started
                })
            else { return nil }
            return "\(server.name) starts as \(process.release) at \(RFC3339.text(started)) in the "
                + "scenario, and the recording shows nothing of it"
        }
    }

    private static func distance(_ one: Int64, _ other: Int64) -> Int64 {
        let (difference, overflow) = one.subtractingReportingOverflow(other)
        return overflow ? .max : abs(difference)
    }
}
