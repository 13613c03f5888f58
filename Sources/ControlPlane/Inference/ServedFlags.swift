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

        /// What a server answered for, it served: nothing was forwarded to servers that are not
        /// here.
        private let trustsSuccess: Bool
        private let answers: ProcessAnswers
        private let processes: [Release: [ServerProcess]]
        private var known: [Kin: ServedFlags] = [:]

        init(_ evidence: RecordedEvidence) {
            answers = ProcessAnswers(evidence)
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
                answers.of([process]), release: release, trustsSuccess: trustsSuccess
            )
            .flags(shared: shared, same: same)
        }

        private mutating func flags(of kin: Kin) -> ServedFlags {
            if let flags = known[kin] { return flags }
            let members = (processes[kin.release] ?? []).filter {
                kin.server == nil || kin.server == $0.server
            }
            let flags = ServedFlags(
                answers.of(members), release: kin.release, trustsSuccess: trustsSuccess)
            known[kin] = flags
            return flags
        }
    }

    /// A version at one server.
    private struct Place: Hashable {
        var server: String
        var version: GroupVersion

        init(_ answer: RecordedEvidence.Answer) {
            server = answer.server
            version = answer.id.groupVersion
        }
    }

    /// What was served of a version.
    private struct ServedNames {
        let first: String
        private(set) var areSeveral = false

        init(first: String) { self.first = first }

        mutating func add(_ name: String) { areSeveral = areSeveral || name != first }

        func contain(otherThan name: String) -> Bool { areSeveral || name != first }
    }

    private let answers: [RecordedEvidence.Answer]
    private let served: [Place: ServedNames]
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
        let isPartial = denied.contains { servesRest(of: $0) }
        let servesNew = answers.contains { $0.kind == .served && isNew($0.id, since: older) }
        return isPartial && !servesNew ? older : nil
    }

    /// Whether its server served something else of the same version.
    private func servesRest(of answer: RecordedEvidence.Answer) -> Bool {
        served[Place(answer)]?.contain(otherThan: answer.id.resource) == true
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

    private init(_ answers: [RecordedEvidence.Answer], release: Release, trustsSuccess: Bool) {
        self.answers = answers
        self.release = release
        self.trustsSuccess = trustsSuccess || !release.has(.knowsPeersByRecords)
        served = answers.reduce(into: [:]) { served, answer in
            guard answer.kind == .served else { return }
            let new = ServedNames(first: answer.id.resource)
            served[Place(answer), default: new].add(answer.id.resource)
        }
        for answer in answers { learn(answer) }
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
            let isServed =
                servesRest(of: answer) || trustsSuccess && served[Place(answer)] != nil
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
