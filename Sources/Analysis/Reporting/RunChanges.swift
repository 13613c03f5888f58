import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Report

/// What one scenario has that another has not: what was changed between two runs.
enum RunChanges {
    static func all(from old: Scenario, to new: Scenario) -> [ReportPage.Change] {
        var changes: [ReportPage.Change] = []
        func note(_ what: String, _ before: String, _ after: String) {
            guard before != after else { return }
            changes.append(.init(what: what, before: before, after: after))
        }
        note("Order of the upgrade", order(old), order(new))
        changes += servers(old, new)
        note("How requests reach servers", entry(old.entry), entry(new.entry))
        note("Load balancers", balancers(old), balancers(new))
        note("Faults between servers", faults(old), faults(new))
        note("Custom and aggregated APIs", extensions(old), extensions(new))
        note(
            "A missing proxy-client certificate", certificates(old), certificates(new))
        note("Seed of random choices", String(old.seed), String(new.seed))
        return changes
    }

    /// Servers whose changes are the same share a row.
    private static func servers(_ old: Scenario, _ new: Scenario) -> [ReportPage.Change] {
        var changes: [(change: ReportPage.Change, servers: [String])] = []
        func note(_ server: String, _ what: String, _ before: String, _ after: String) {
            guard before != after else { return }
            let change = ReportPage.Change(what: what, before: before, after: after)
            if let place = changes.firstIndex(where: { $0.change == change }) {
                changes[place].servers.append(server)
            } else {
                changes.append((change, [server]))
            }
        }
        let olds = Dictionary(old.servers.map { ($0.name, $0) }) { first, _ in first }
        for server in new.servers {
            guard let before = olds[server.name] else {
                note(server.name, "Server", "not there", releases(server))
                continue
            }
            note(server.name, "Releases", RunChanges.releases(before), RunChanges.releases(server))
            let releases = (before.processes + server.processes).map(\.release)
            for release in Set(releases).sorted() {
                let (less, more) = flags(before, server, release)
                note(server.name, "Flags under \(release)", less, more)
            }
            note(server.name, "Address", before.address ?? "none", server.address ?? "none")
        }
        let names = Set(new.servers.map(\.name))
        for server in old.servers where !names.contains(server.name) {
            note(server.name, "Server", releases(server), "not there")
        }
        return changes.map { change, servers in
            var change = change
            change.what += " of \(English.list(servers, atMost: 8))"
            return change
        }
    }

    /// `1.35, 1.36 from 2026-01-31 09:30:15`.
    private static func releases(_ server: Scenario.Server) -> String {
        server.processes.enumerated().map { index, process in
            index == 0
                ? process.release.description
                : "\(process.release) from \(RFC3339.moment(process.startedAt))"
        }.joined(separator: ", ")
    }

    /// The flags that only one of the two has under a release, on each side.
    private static func flags(
        _ old: Scenario.Server, _ new: Scenario.Server, _ release: Release
    ) -> (String, String) {
        func flags(_ server: Scenario.Server) -> [String] {
            server.processes.first { $0.release == release }?.flags ?? []
        }
        let before = flags(old)
        let after = flags(new)
        func text(_ flags: [String], without others: [String]) -> String {
            let own = flags.filter { !others.contains($0) }
            return own.isEmpty ? "none of these" : own.joined(separator: " ")
        }
        guard before != after else { return ("", "") }
        return (text(before, without: after), text(after, without: before))
    }

    /// In which order servers got their last release, where they had another one before.
    private static func order(_ scenario: Scenario) -> String {
        let steps = scenario.servers.compactMap { server -> (at: Int64, name: String)? in
            guard let last = server.processes.last,
                let first = server.processes.first(where: { $0.release == last.release }),
                server.processes.first?.release != last.release
            else { return nil }
            return (first.startedAt, server.name)
        }
        let names = steps.sorted { ($0.at, $0.name) < ($1.at, $1.name) }.map(\.name)
        return names.isEmpty ? "no server changes its release" : names.joined(separator: ", ")
    }

    private static func entry(_ entry: Scenario.Entry) -> String {
        switch entry {
        case .recorded: "as recorded"
        case .uniform: "evenly"
        case .weights(let weights):
            weights.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
        }
    }

    private static func balancers(_ scenario: Scenario) -> String {
        scenario.loadBalancers.isEmpty
            ? "none"
            : scenario.loadBalancers.map { "\($0.address) to \(English.list($0.servers))" }
                .joined(separator: "; ")
    }

    private static func faults(_ scenario: Scenario) -> String {
        scenario.faults.isEmpty ? "none" : String(scenario.faults.count)
    }

    private static func extensions(_ scenario: Scenario) -> String {
        let all = Set(scenario.extensions.map { "\($0.groupVersion)" }).sorted()
        return all.isEmpty ? "none" : English.list(all, atMost: 8)
    }

    private static func certificates(_ scenario: Scenario) -> String {
        scenario.strictFlags ? "is an error" : "counts as given"
    }
}
