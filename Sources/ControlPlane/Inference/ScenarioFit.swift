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
            let told = ToldProcesses(server)
            for process in seen {
                differences += [difference(process, told)].compactMap(\.self)
            }
            differences += unseen(server, seen, in: span)
        }
        return differences
    }

    /// What a process that was seen says against the scenario.
    private static func difference(_ seen: ServerProcess, _ told: ToldProcesses) -> String? {
        guard let release = seen.release, Release.known.contains(release) else { return nil }
        let (from, until) = (seen.firstSeen + tolerance, seen.lastSeen - tolerance)
        if let started = seen.startedAt,
            !told.hasStart(as: release, about: started, within: tolerance)
        {
            return "\(seen.server) started as \(release) at \(RFC3339.text(started)), "
                + "which the scenario does not have"
        }
        let middle = seen.firstSeen + (seen.lastSeen - seen.firstSeen) / 2
        let meant =
            from <= until
            ? told.release(from: from, until: until)
            : told.release(
                from: middle.clampedAdding(tolerance), until: middle.clampedAdding(-tolerance))
        guard meant == release else {
            return "\(seen.server) ran \(release) from \(RFC3339.text(seen.firstSeen)) to "
                + "\(RFC3339.text(seen.lastSeen)), which the scenario does not have"
        }
        return nil
    }

    /// Starts of another release that the recording would show and does not, and those after it.
    private static func unseen(
        _ server: Scenario.Server, _ seen: [ServerProcess], in span: ClosedRange<Int64>
    ) -> [String] {
        let isVersionSeen = seen.contains { !$0.version.isEmpty }
        let lastSeen = Dictionary(
            seen.compactMap { process in process.release.map { ($0, process.lastSeen) } },
            uniquingKeysWith: max)
        return zip(server.processes, server.processes.dropFirst()).compactMap { earlier, process in
            let started = process.startedAt
            if started > span.upperBound.clampedAdding(tolerance) {
                return "\(server.name) starts as \(process.release) at \(RFC3339.text(started)) in "
                    + "the scenario, after the recording's end"
            }
            guard earlier.release != process.release, started + tolerance < span.upperBound,
                isVersionSeen,
                lastSeen[process.release].map({ $0 + tolerance < started }) ?? true
            else { return nil }
            return "\(server.name) starts as \(process.release) at \(RFC3339.text(started)) in the "
                + "scenario, and the recording shows nothing of it"
        }
    }
}
