import Bytes
import KubeAPI

/// The `--runtime-config` and gates that explain which built-in APIs a process answered for.
///
/// A server that answered for a resource that its release does not serve by default had it turned
/// on; one that forwarded or answered a route-level 404 for a default one had it off. Servers of
/// one release are taken to have the same turned on, unless they show that they have not.
struct ServedFlags {
    struct Found {
        var settings: [GroupVersion: Bool] = [:]
        var gates: Set<String> = []
        /// The release whose APIs it served, where that is not its binary's.
        var emulated: Release?
    }

    /// Finds the flags of one process after the other; what several share is found once.
    struct Finder {
        private struct Kin: Hashable {
            /// Nil for all servers.
            var server: String?
            var release: Release
        }

        private let evidence: RecordedEvidence
        /// What a server answered for, it served: nothing was forwarded to servers that are not
        /// here.
        private let trustsSuccess: Bool
        private let processes: [Release: [ServerProcess]]
        private var known: [Kin: ServedFlags] = [:]

        init(_ evidence: RecordedEvidence) {
            self.evidence = evidence
            trustsSuccess =
                evidence.forwarders.isEmpty && evidence.storageVersionWriters.isEmpty
                || Circumstances(evidence).completeness.isComplete
            var processes: [Release: [ServerProcess]] = [:]
            for process in evidence.processes {
                if let release = process.release { processes[release, default: []].append(process) }
            }
            self.processes = processes
        }

        mutating func flags(of process: ServerProcess, release: Release) -> Found {
            let shared = flags(of: Kin(server: nil, release: release))
            let same = flags(of: Kin(server: process.server, release: release))
            return ServedFlags(
                of: [process], release: release, evidence, trustsSuccess: trustsSuccess
            )
            .flags(shared: shared, same: same)
        }

        private mutating func flags(of kin: Kin) -> ServedFlags {
            if let flags = known[kin] { return flags }
            let members = (processes[kin.release] ?? []).filter {
                kin.server == nil || kin.server == $0.server
            }
            let flags = ServedFlags(
                of: members, release: kin.release, evidence, trustsSuccess: trustsSuccess)
            known[kin] = flags
            return flags
        }
    }

    private let answers: [RecordedEvidence.Answer]
    private let release: Release
    private let trustsSuccess: Bool
    private var settings: [GroupVersion: Bool] = [:]
    private var gates: Set<String> = []

    /// Of one process, beside what is known of others.
    private func flags(shared: ServedFlags, same: ServedFlags) -> Found {
        var settings = settings
        for (version, isOn) in shared.settings where isOn && settings[version] == nil {
            if !isDenied(version) { settings[version] = true }
        }
        // Off is one server's own affair, and stays so when it restarts.
        for (version, isOn) in same.settings where settings[version] == nil && !isOn {
            settings[version] = false
        }
        let emulated = emulated
        if emulated != nil {
            for answer in denied(since: release.neighbours.lowerBound) {
                settings[answer.id.groupVersion] = nil
            }
        }
        return Found(
            settings: settings, gates: gates.union(settings.isEmpty ? [] : shared.gates),
            emulated: emulated)
    }

    /// The release before its own, where it was asked for what came between and served none of it,
    /// though it served the rest of those versions: no setting of a version does that (F11.5).
    private var emulated: Release? {
        let older = release.neighbours.lowerBound
        guard release.has(.emulatedVersion), Release.known.contains(older) else { return nil }
        let denied = denied(since: older)
        let isPartial = denied.contains { answer in
            answers.contains {
                $0.id.groupVersion == answer.id.groupVersion && $0.id != answer.id
                    && $0.kind == .served && $0.server == answer.server
            }
        }
        let servesNew = answers.contains { $0.kind == .served && isNew($0.id, since: older) }
        return isPartial && !servesNew ? older : nil
    }

    private func denied(since older: Release) -> [RecordedEvidence.Answer] {
        answers.filter {
            ($0.kind == .notServed || $0.kind == .forwarded) && isNew($0.id, since: older)
        }
    }

    private func isNew(_ id: GroupVersionResource, since older: Release) -> Bool {
        Catalogue.resource(id, in: release)?.availability == .byDefault
            && Catalogue.resource(id, in: older) == nil
    }

    private init(
        of processes: [ServerProcess], release: Release, _ evidence: RecordedEvidence,
        trustsSuccess: Bool
    ) {
        self.release = release
        self.trustsSuccess = trustsSuccess || !release.has(.knowsPeersByRecords)
        let lives = processes.map { ($0, ServedFlags.end(of: $0, evidence)) }
        answers = evidence.answers.filter { answer in
            lives.contains { process, end in
                let started = process.startedAt ?? process.firstSeen
                // What a starting server does not serve yet says nothing of its flags.
                let ready = answer.kind == .served ? started : process.readyAt ?? started
                return answer.server == process.server && answer.from >= started
                    && answer.until >= ready && answer.until <= end
            }
        }
        for answer in answers { learn(answer) }
    }

    /// Until when what its server answered was this process's own: a draining one has a minute,
    /// where no successor is seen before.
    private static func end(of process: ServerProcess, _ evidence: RecordedEvidence) -> Int64 {
        let successor = evidence.processes.first {
            $0.server == process.server && $0.firstSeen > process.firstSeen
        }
        let next = successor.map { $0.startedAt ?? process.lastSeen } ?? .max
        return min(next, process.stoppedAt?.clampedAdding(60 * .second) ?? .max)
    }

    private mutating func learn(_ answer: RecordedEvidence.Answer) {
        guard let resource = Catalogue.resource(answer.id, in: release) else { return }
        let version = answer.id.groupVersion
        switch (answer.kind, resource.availability) {
        case (.served, .behindRuntimeConfig) where trustsSuccess:
            settings[version] = true
        case (.served, .behindGate) where trustsSuccess:
            settings[version] = true
            if let gate = Catalogue.gate(of: answer.id) { gates.insert(gate) }
        case (.notServed, .byDefault), (.forwarded, .byDefault):
            // Of the resource itself a success may have been forwarded, where anything was; the
            // 404 was its own, or its predecessor's.
            let isServed = answers.contains {
                $0.id.groupVersion == version && $0.kind == .served && $0.server == answer.server
                    && ($0.id != answer.id || trustsSuccess)
            }
            if !isServed { settings[version] = false }
        default: return
        }
    }

    private func isDenied(_ version: GroupVersion) -> Bool {
        answers.contains {
            $0.id.groupVersion == version && ($0.kind == .notServed || $0.kind == .forwarded)
        }
    }
}
