public import KubeAPI

/// Whether a recording has the log of every server, and how that is known.
public enum Completeness: Sendable, Equatable {
    /// The user says so: a scenario, or the number of servers.
    case told
    /// Whatever changed between two looks at an object was changed at a server whose log is here.
    case shown(checked: Int)
    /// Three servers or five, as control planes have them, and nothing that speaks against it.
    case assumed
    /// One log, or two or four: nothing shows that there were no other servers.
    case unproven
    /// Something in the logs was done at a server whose log is not among them.
    case lacking([Lack])

    /// What shows that a log is missing, or a part of one.
    public enum Lack: Sendable, Equatable, Hashable {
        /// A server answered for a resource that its release does not have, and no log shows where
        /// the request was forwarded to.
        case forwarded(by: String, GroupVersionResource)
        /// A controller asked for a resource that it can only have found in discovery, and no
        /// server here served it.
        case foundElsewhere(GroupVersionResource)
        /// Objects came and went between two looks at them, and nobody here was asked to.
        case changedElsewhere(unexplained: Int, checked: Int)
        /// A person says that there were more.
        case toldOf(here: Int, all: Int)
    }

    /// Whether every server's log may be taken to be here.
    public var isComplete: Bool {
        switch self {
        case .told, .shown, .assumed: true
        case .unproven, .lacking: false
        }
    }

    /// Whether something shows, or somebody said, that no record is missing.
    public var isProven: Bool {
        switch self {
        case .told, .shown: true
        case .assumed, .unproven, .lacking: false
        }
    }

    /// - Parameter isNamed: every log is one server's.
    /// - Parameter told: how many servers there were, as a person says.
    init(_ evidence: RecordedEvidence, isNamed: Bool, told: Int?) {
        let changes = evidence.changes
        let count = evidence.servers.count { !$0.isEmpty && !$0.contains("/") }
        if let told {
            self = told <= count ? .told : .lacking([.toldOf(here: count, all: told)])
            return
        }
        var lacks = Completeness.unseenPeers(evidence)
        lacks += evidence.foundElsewhere.sorted().map { .foundElsewhere($0) }
        if changes.isIncomplete {
            lacks.append(
                .changedElsewhere(unexplained: changes.unexplained, checked: changes.checked))
        }
        if !lacks.isEmpty {
            self = .lacking(lacks)
        } else if !isNamed || count < 2 || count.isMultiple(of: 2) {
            // What a server that is not here served, objects that come and go do not show.
            self = .unproven
        } else {
            self = changes.isComplete ? .shown(checked: changes.checked) : .assumed
        }
    }

    /// Servers that answered for what their release does not have: somebody else did.
    private static func unseenPeers(_ evidence: RecordedEvidence) -> [Lack] {
        let servers = Dictionary(grouping: evidence.processes, by: \.server).mapValues {
            ProcessLives($0)
        }
        var found: Set<Lack> = []
        for answer in evidence.answers
        where answer.kind == .served && Catalogue.isBuiltinGroup(answer.id.group) {
            guard let release = servers[answer.server]?.release(throughout: answer),
                Release.known.contains(release),
                Catalogue.resource(answer.id, in: release) == nil
            else { continue }
            found.insert(.forwarded(by: answer.server, answer.id))
        }
        return found.sorted { "\($0)" < "\($1)" }
    }
}

/// The processes of one server, found by time.
private struct ProcessLives {
    private let releases: [Release?]
    private let lives: Stretches

    init(_ processes: [ServerProcess]) {
        releases = processes.map(\.release)
        lives = Stretches(processes.map(\.life))
    }

    /// The release that surely gave an answer, each time: of the one process that was there.
    func release(throughout answer: RecordedEvidence.Answer) -> Release? {
        lives.only(from: answer.from, until: answer.until).flatMap { releases[$0] }
    }
}

extension ServerProcess {
    /// From its first sign of life to its last.
    var life: ClosedRange<Int64> { firstSeen...max(firstSeen, lastSeen) }
}

/// What became of objects between two looks at them, as far as the logs tell.
///
/// An object that was absent and is there was created, one that was there and is absent was
/// deleted; both are requests, and must be in the log of one of the servers. Where many are not,
/// a server's log is missing, or lines of one.
public struct ObjectChanges: Sendable, Equatable {
    /// Looks at an object that agree with the last request that changed it.
    public var checked = 0
    /// Looks that found it otherwise.
    public var unexplained = 0
    /// By server id: how often it changed an object that another soon looked at.
    ///
    /// Clocks that are seconds apart turn such a pair round, here or in `sawOfOthers`.
    private var changedForOthers: [UInt32: Int] = [:]
    /// How often it looked at an object that another had just changed.
    private var sawOfOthers: [UInt32: Int] = [:]

    public init() {}

    /// Whether all servers' clocks agree to a second or two: each change was seen after it was
    /// made.
    ///
    /// - Parameter servers: how many have a log.
    func clocksAgree(servers: Int) -> Bool {
        let few = 5
        return servers == 1
            || isComplete && changedForOthers.count { $0.value >= few } >= servers
                && sawOfOthers.count { $0.value >= few } >= servers
    }

    /// Enough looks, and hardly one without an explanation.
    var isComplete: Bool { checked >= 50 && unexplained * 100 <= checked }
    /// A few may be the servers' own doing, which they do not log.
    var isIncomplete: Bool { unexplained >= 5 && unexplained * 50 > checked }

    /// Something that a request did to an object, or saw of it.
    public struct Event: Sendable, Comparable {
        public enum Kind: UInt8, Sendable {
            case created, changed, deleted, seen, missed
            /// Everything of its namespace and resource, or of its namespace, goes.
            case swept
        }

        public var at: Int64
        public var server: UInt32
        public var kind: Kind
        public var resource: UInt32
        public var namespace: UInt32
        public var name: UInt32

        public init(
            at: Int64, server: UInt32, kind: Kind, resource: UInt32, namespace: UInt32,
            name: UInt32
        ) {
            self.at = at
            self.server = server
            self.kind = kind
            self.resource = resource
            self.namespace = namespace
            self.name = name
        }

        public static func < (left: Event, right: Event) -> Bool {
            (left.at, left.kind.rawValue, left.name) < (right.at, right.kind.rawValue, right.name)
        }
    }

    private struct Place: Hashable {
        var resource: UInt32
        var namespace: UInt32
        var name: UInt32
    }

    private struct State {
        var isThere: Bool
        var since: Int64
        var server: UInt32
        var byRequest: Bool
    }

    /// Requests overlap, and clocks differ a little: what lies closer together has no order.
    private static let overlap: Int64 = .second
    /// A look so soon after a change tells something of the clocks.
    private static let soon: Int64 = 3 * .second

    /// Follows every object through the events, which may come in any order.
    public init(_ events: [Event]) {
        var states: [Place: State] = [:]
        var swept: [UInt32: Int64] = [:]
        for event in events.sorted() {
            if event.kind == .swept {
                swept[event.namespace] = event.at
                continue
            }
            let place = Place(
                resource: event.resource, namespace: event.namespace, name: event.name)
            if let last = states[place], swept[event.namespace] == nil {
                judge(event, last)
            }
            let isThere = event.kind != .deleted && event.kind != .missed
            states[place] = State(
                isThere: isThere, since: event.at, server: event.server,
                byRequest: event.kind != .seen && event.kind != .missed)
        }
    }

    private mutating func judge(_ event: Event, _ last: State) {
        guard event.at - last.since > ObjectChanges.overlap else { return }
        switch event.kind {
        case .seen where last.isThere, .missed where !last.isThere, .created where !last.isThere:
            guard last.byRequest else { return }
            checked += 1
            if last.server != event.server, event.at - last.since <= ObjectChanges.soon {
                changedForOthers[last.server, default: 0] += 1
                sawOfOthers[event.server, default: 0] += 1
            }
        case .seen, .missed, .created: unexplained += 1
        case .changed, .deleted, .swept: break
        }
    }
}
