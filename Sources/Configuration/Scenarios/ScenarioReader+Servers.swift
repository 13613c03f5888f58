import Bytes
import ControlPlane
import KubeAPI

// Servers and their timelines: which process ran when, from what the file says of starts and stops.
extension ScenarioReader {
    /// More API servers than any control plane has.
    static let mostServers = 256
    private static let eventKeys = ["at", "start", "stop", "ready", "drain", "flags"]

    /// One entry of a timeline, read but not yet paired with its counterpart.
    private struct TimelineEvent {
        enum Action {
            case start(Release?, ready: Int64, flags: [(text: String, field: Field)])
            case stop(Scenario.Process.End)
        }

        var at: Int64
        var isInstant: Bool
        var field: Field
        var action: Action
    }

    mutating func readServers(_ servers: Field?, upgrade: Field?) {
        var listed = servers.flatMap { fields.fields(of: $0) }
        if let servers, listed?.inOrder.count ?? 0 > Self.mostServers {
            fields.error(servers, "more than \(Self.mostServers) servers")
            listed = nil
        }
        let upgraded = upgrade.map { upgradedServers($0, listed: listed) } ?? []
        for (name, field) in listed?.inOrder ?? [] {
            readServer(name, field, needsTimeline: !upgraded.contains(name))
        }
        if let upgrade {
            for name in upgraded where !scenario.servers.contains(where: { $0.name == name }) {
                scenario.servers.append(Scenario.Server(name: name))
                sources.append(ServerSource(field: upgrade))
            }
            expandUpgrade(upgrade, servers: upgraded)
        }
        if let servers, let listed, listed.inOrder.isEmpty {
            fields.error(servers, "expected at least one server")
        }
    }

    private mutating func readServer(_ name: String, _ field: Field, needsTimeline: Bool) {
        guard ServerName.isValid(name) else {
            return fields.report(
                .error, at: field.keyMark, field.path,
                "expected a server name of \(ServerName.grammar)")
        }
        var server = Scenario.Server(name: name)
        var source = ServerSource(field: field)
        defer {
            scenario.servers.append(server)
            sources.append(source)
        }
        if field.node.isNull, !needsTimeline { return }
        guard let own = fields.fields(of: field, known: ["hostname", "address", "timeline"]) else {
            return
        }
        if let hostname = own["hostname"] {
            server.hostname = fields.text(hostname, expected: "a host name") ?? name
        }
        server.address = own["address"].flatMap { fields.address($0) }
        if let timeline = own["timeline"] {
            guard needsTimeline else {
                return fields.error(
                    timeline, "the server is under upgrade:, which writes its timeline")
            }
            let events = readTimeline(timeline)
            (server.processes, source.processes) = pair(events, timeline: timeline)
        } else if needsTimeline {
            fields.missing("timeline", of: own, expected: "a list of starts and stops")
        }
    }

    // MARK: Timeline

    private mutating func readTimeline(_ timeline: Field) -> [TimelineEvent] {
        guard let entries = fields.list(timeline, of: "starts and stops") else { return [] }
        if entries.isEmpty { fields.error(timeline, "expected at least one start") }
        let events = entries.compactMap { readEvent($0) }
        let instants = events.filter(\.isInstant).count
        if originIsUnknown, instants > 0, instants < events.count {
            fields.warn(
                timeline,
                "offsets and instants are mixed: their order is known only with the recording")
            return events
        }
        return events.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private mutating func readEvent(_ entry: Field) -> TimelineEvent? {
        guard let own = fields.fields(of: entry, known: Self.eventKeys) else { return nil }
        let action: TimelineEvent.Action?
        switch (own["start"], own["stop"]) {
        case (let start?, nil): action = readStart(start, own)
        case (nil, let stop?): action = readStop(stop, own)
        case (nil, nil):
            fields.error(entry, "expected either start: or stop:, found neither")
            action = nil
        case (_?, _?):
            fields.error(entry, "expected either start: or stop:, found both")
            action = nil
        }
        guard let at = own["at"] else {
            fields.missing("at", of: own, expected: "an offset such as 10m or an RFC 3339 instant")
            return nil
        }
        guard let when = instant(at), let action else { return nil }
        let isInstant = at.node.text.flatMap { DurationText.nanoseconds($0) } == nil
        return TimelineEvent(at: when, isInstant: isInstant, field: entry, action: action)
    }

    private mutating func readStart(_ start: Field, _ own: Fields) -> TimelineEvent.Action {
        if let drain = own["drain"] { fields.error(drain, "only a stop has a drain") }
        let ready = own["ready"].flatMap { fields.duration($0) } ?? 0
        let flags = own["flags"].map { readFlags($0) } ?? []
        return .start(release(start), ready: ready, flags: flags)
    }

    private mutating func readStop(_ stop: Field, _ own: Fields) -> TimelineEvent.Action? {
        for key in ["ready", "flags"] {
            if let field = own[key] { fields.error(field, "only a start has \(key)") }
        }
        let drain = own["drain"].flatMap { fields.duration($0) } ?? 0
        switch fields.choice(stop, ["graceful", "crash"]) {
        case "graceful": return .stop(.graceful(drain: drain))
        case "crash":
            if drain > 0, let field = own["drain"] {
                fields.warn(field, "a crash does not drain: ignored")
            }
            return .stop(.crash)
        default: return nil
        }
    }

    mutating func release(_ field: Field) -> Release? {
        let known = "\(Release.known.lowerBound) to \(Release.known.upperBound)"
        guard let text = field.node.text, let release = Release(text) else {
            fields.error(
                field, "expected a release from \(known), found \(field.node.summary)")
            return nil
        }
        guard Release.known.contains(release) else {
            fields.error(
                field, "release \(release) is not known: the routing model covers \(known)")
            return nil
        }
        if release.basis == .provisional {
            fields.warn(field, "release \(release) is \(ReleaseBasis.provisional.text)")
        }
        return release
    }

    /// Flags as `--name=value` each, from a list or from one text that holds several.
    mutating func readFlags(_ field: Field) -> [(text: String, field: Field)] {
        if field.node.isNull { return [] }
        var entries = [field]
        if field.node.sequence != nil { entries = fields.list(field, of: "flags") ?? [] }
        var words: [(text: String, field: Field)] = []
        for entry in entries {
            guard let text = fields.text(entry, expected: "a flag such as \"--name=value\"") else {
                continue
            }
            words += CommandWords.words(ofEntry: text).map { ($0, entry) }
        }
        let (flags, strays) = CommandWords.flags(words.map(\.text))
        for stray in strays {
            fields.error(
                words[stray].field,
                "expected a flag such as \"--name=value\", found \"\(words[stray].text)\";"
                    + " a value with commas needs quotes inside [ ]")
        }
        return flags.map { ($0.text, words[$0.word].field) }
    }

    // MARK: Processes

    private mutating func pair(
        _ events: [TimelineEvent], timeline: Field
    ) -> ([Scenario.Process], [ProcessSource]) {
        let isOrdered = zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at }
        var processes: [Scenario.Process] = []
        var processSources: [ProcessSource] = []
        var running: TimelineEvent?
        var goneAt: (instant: Int64, line: Int)?
        for event in events {
            switch event.action {
            case .start(let release, let ready, let flags):
                if let before = running {
                    fields.error(
                        event.field,
                        "starts at \(text(of: event.at)) while the process started in line"
                            + " \(before.field.node.mark.line) still runs: a stop is missing")
                    continue
                }
                if isOrdered, let goneAt, event.at < goneAt.instant {
                    fields.error(
                        event.field,
                        "starts at \(text(of: event.at)) while the process stopped in line"
                            + " \(goneAt.line) drains until \(text(of: goneAt.instant))")
                }
                running = event
                processes.append(
                    Scenario.Process(
                        startedAt: event.at, release: release ?? Release.known.upperBound,
                        readyAfter: ready, flags: flags.map(\.text)))
                processSources.append(
                    ProcessSource(
                        start: event.field, flags: flags.map(\.field), hasRelease: release != nil))
            case .stop(let end):
                guard running != nil else {
                    fields.error(
                        event.field,
                        "stops at \(text(of: event.at)), but no process runs then")
                    continue
                }
                processes[processes.count - 1].stoppedAt = event.at
                processes[processes.count - 1].end = end
                running = nil
                var drain: Int64 = 0
                if case .graceful(let duration) = end { drain = duration }
                // Both are bounded, so the sum is in range.
                goneAt = (event.at + drain, event.field.node.mark.line)
            }
        }
        return (processes, processSources)
    }
}
