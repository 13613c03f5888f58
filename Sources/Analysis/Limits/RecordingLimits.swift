import ControlPlane
import Judgments
import KubeAPI
import Recording

/// What a recording leaves out, whatever is replayed: which servers, which requests, how much of
/// each.
///
/// Pure, from counts that others read. Shared by runs and by `doctor`.
struct RecordingLimits: Sendable {
    /// Passes by server; the empty name is that of records that name none.
    var requests: [String: Int] = [:]
    /// Whether every server's log may be taken to be here.
    var completeness = Completeness.told
    /// Servers that there were and whose log is not here, as a person said.
    var absent: [String] = []
    var coverage: [Coverage.Row] = []
    var processes: [ServerProcess] = []
    /// A capture into it was cut short.
    var isIncomplete = false
    /// Records that could not be read.
    var rejects = 0
    /// How far the servers' clocks are apart.
    var clocks = ClockLimits()
    /// Servers that showed no sign of life for a while in which others did.
    var silences: [Silence] = []
    /// Whether a controller of the control plane was seen reading.
    var seesControllersRead = true

    /// The API servers: logs of a control plane's other components are no servers' of this kind.
    var servers: [String] { requests.keys.filter { !$0.isEmpty && !$0.contains("/") }.sorted() }
    /// Every name with requests under it, that of records without one too.
    var recorded: [String] { requests.filter { $0.value > 0 }.keys.sorted() }
    var total: Int { requests.values.reduce(0, +) }

    var evidence: [Evidence] {
        (captures + serverCount + unknownServers + mixedServers + versions + answers + reads
            + bodies + clocks.evidence + silences.map(\.evidence)).ordered
    }

    // MARK: Logs

    private var captures: [Evidence] {
        var found: [Evidence] = []
        if isIncomplete {
            found.append(
                Evidence(
                    .cutCapture, .blocks,
                    summary: "the recording is incomplete: a capture into it was cut short",
                    effect: "what was not read may hold anything",
                    remedy: "run the same capture again; it completes the recording"))
        }
        if rejects > 0 {
            let isMany = rejects * 100 > total
            found.append(
                Evidence(
                    .unreadLines, isMany ? .blocks : .weakens,
                    summary: "\(English.count(rejects, "record")) could not be read",
                    effect: "what they hold is not judged",
                    remedy: "see v_reject for the first of each file, with its position"))
        }
        return found
    }

    private var serverCount: [Evidence] {
        let here = servers
        var found = absent.map { name in
            Evidence(
                .missingServer, .blocks, subject: name,
                summary: "\(name)'s log is not in the recording",
                effect: "what it answered is unknown, and a 404 of another server may be wrong "
                    + "because it served the resource",
                remedy: "capture the log of \(name) too")
        }
        if completeness.isComplete { return found }
        if here.count == 1, let only = here.first {
            found.append(
                Evidence(
                    .singleServer, .blocks, subject: only,
                    summary: "only one API server's log is here, \(only)'s, and nothing says that "
                        + "there was no other",
                    effect: "whether its 404s were wrong depends on servers that are not here",
                    remedy: "capture the logs of the other API servers too, or say --servers 1"))
        } else if case .lacking(let lacks) = completeness {
            found += lacks.prefix(3).map { missing(words(for: $0)) }
        } else if here.count > 1, here.count.isMultiple(of: 2) {
            found.append(
                missing(
                    "the logs of \(here.count) API servers are here, where control planes have "
                        + "three or five, and nothing says that these are all"))
        }
        // Records that name no server, or several: that is said by itself.
        return found
    }

    private func words(for lack: Completeness.Lack) -> String {
        switch lack {
        case .forwarded(let server, let id):
            "\(server) answered for \(id), which its release does not have: another API server "
                + "did, whose log is not here"
        case .foundElsewhere(let id):
            "a controller knew of \(id) from discovery, and no API server here served it"
        case .changedElsewhere(let unexplained, let checked):
            "\(unexplained) of \(unexplained + checked) looks at objects found them changed, and "
                + "no log here has the request that did it"
        case .toldOf(let here, let all):
            "the logs of \(here) of \(all) API servers are here"
        }
    }

    private func missing(_ summary: String) -> Evidence {
        Evidence(
            .missingServer, .blocks, summary: summary,
            effect: "what the others answered is unknown, and a 404 may be wrong because one of "
                + "them served the resource",
            remedy: "capture the logs of the other API servers too, or say with --servers how "
                + "many there were")
    }

    private var unknownServers: [Evidence] {
        guard let unnamed = requests[""], unnamed > 0 else { return [] }
        return [
            Evidence(
                .unknownServers, unnamed * 100 > total ? .blocks : .weakens,
                summary: "\(English.count(unnamed, "request")) of \(total) name no API server",
                effect: "which server answered, and so whether its 404 was wrong, is unknown",
                remedy: "capture each server's log by itself, as SERVER=FILE")
        ]
    }

    private var mixedServers: [Evidence] {
        MixedLog.all(in: processes).map { mixed in
            Evidence(
                .mixedServers, .blocks, subject: mixed.server, summary: mixed.sentence,
                effect: "which of them answered is unknown",
                remedy: "capture each server's log by itself, as SERVER=FILE")
        }
    }

    private var versions: [Evidence] {
        let known = Set(processes.filter { $0.release != nil }.map(\.server))
        let without = servers.filter { !known.contains($0) }
        guard !without.isEmpty else { return [] }
        return [
            Evidence(
                .noVersions, .blocks, subject: without.joined(separator: ", "),
                summary: "nothing in the \(without.count == 1 ? "log" : "logs") of "
                    + "\(without.joined(separator: ", ")) shows a version",
                effect: "what these servers should have served is a guess",
                remedy: "record requests of system:apiserver, with their user agents, at level "
                    + "Metadata")
        ]
    }

    // MARK: Requests

    private func count(_ isCounted: (Coverage.Row) -> Bool) -> Int {
        coverage.filter(isCounted).reduce(0) { $0 + $1.requests }
    }

    private var answers: [Evidence] {
        let all = count { _ in true }
        let open = count { $0.stage == .requestReceived }
        guard all > 0, open * 5 > all else { return [] }
        return [
            Evidence(
                .noAnswers, .blocks,
                summary: "of \(open) of \(English.count(all, "request")) no answer was recorded",
                effect: "whether it was a wrong one is unknown",
                remedy: "record the stage ResponseComplete")
        ]
    }

    private var reads: [Evidence] {
        guard count({ $0.level != .none }) > 0 else { return [] }
        let gets = count { $0.verb == .get }
        let lists = count { $0.verb == .list || $0.verb == .watch }
        var found: [Evidence] = []
        if gets == 0 || lists == 0 {
            let what = gets > 0 ? "list or watch" : lists > 0 ? "GET" : "GET, list or watch"
            found.append(
                Evidence(
                    .noReads, .blocks, summary: "no \(what) was recorded",
                    effect: "wrong answers to reads, which are most, are not seen",
                    remedy: "record get, list and watch at level Metadata"))
        }
        if gets + lists > 0, !seesControllersRead {
            found.append(
                Evidence(
                    .noCollectorReads, .blocks,
                    summary: "no read of the garbage collector or another controller was recorded",
                    effect: "what they took for absent, and deleted for it, is not seen",
                    remedy: "record get, list and watch of "
                        + "system:serviceaccount:kube-system:generic-garbage-collector and of the "
                        + "other controllers at level Metadata"))
        }
        return found
    }

    private var bodies: [Evidence] {
        let writes: Set<Verb> = [.create, .update, .patch, .delete, .deletecollection]
        let written = count { writes.contains($0.verb) && $0.level != .none }
        if written == 0, count({ $0.level != .none }) > 0 {
            return [
                Evidence(
                    .noWrites, .blocks, summary: "no write was recorded",
                    effect: "what was deleted, and what was left behind, is not seen",
                    remedy: "record create, update, patch and delete at level Metadata")
            ]
        }
        let bare = count { writes.contains($0.verb) && $0.level == .metadata }
        guard written > 0, bare == written else { return [] }
        return [
            Evidence(
                .noBodies, .weakens, summary: "writes were recorded without bodies",
                effect:
                    "owners are unknown, so that what a wrong 404 puts at risk cannot be listed",
                remedy: "record writes at level RequestResponse")
        ]
    }
}
