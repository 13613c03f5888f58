/// What the tracks of a model hold at one instant, so that a decision asks arrays and not tracks.
///
/// A class, because every decision of an epoch shares it; it never leaves the thread that fills it.
final class Snapshot {
    let model: Model
    private(set) var instant: Int64 = .min
    /// By server.
    private(set) var presences: [[Presence]]
    /// By server: the process that was ready, where nothing else is possible; otherwise -1.
    private(set) var steady: [Int]
    private(set) var mayHaveDied: [Bool]
    /// By identity.
    private(set) var endpoints: [[LeasedEndpoint]]
    private(set) var hasAddress: [Known]
    /// By server and identity.
    private(set) var beliefs: [[[Belief]]]
    /// By server: the processes whose discovery it may hold.
    private(set) var believed: [[Int]]
    /// By window: whether servers that are up serve it.
    private(set) var windows: [Known]

    private var nextPresence: [Int]
    private var nextDeath: [Int]
    private var nextEndpoint: [Int]
    private var nextBelief: [[Int]]

    init(_ model: Model, at instant: Int64) {
        self.model = model
        let servers = model.serverNames.count
        let identities = model.leases.count
        presences = Array(repeating: [], count: servers)
        steady = Array(repeating: -1, count: servers)
        mayHaveDied = Array(repeating: false, count: servers)
        endpoints = Array(repeating: [], count: identities)
        hasAddress = Array(repeating: .no, count: identities)
        beliefs = Array(repeating: Array(repeating: [], count: identities), count: servers)
        believed = Array(repeating: [], count: servers)
        windows = Array(repeating: .no, count: model.windows.count)
        nextPresence = Array(repeating: 0, count: servers)
        nextDeath = nextPresence
        nextEndpoint = Array(repeating: 0, count: identities)
        nextBelief = Array(repeating: nextEndpoint, count: servers)
        _ = advance(to: instant)
    }

    /// What an advance changed.
    struct Change {
        /// Processes, addresses: what concerns every server.
        var isShared = false
        /// By server: whether what it holds of its peers changed.
        var beliefs: [Bool]
    }

    /// Goes on to a later instant.
    func advance(to instant: Int64) -> Change {
        self.instant = instant
        var change = Change(beliefs: Array(repeating: false, count: presences.count))
        for server in presences.indices {
            if let value = model.presence[server].next(&nextPresence[server], to: instant) {
                presences[server] = value
                let isSteady = value.count == 1 && !value[0].isDown && value[0].phase == .ready
                steady[server] = isSteady ? value[0].process : -1
                change.isShared = true
            }
            if let value = model.mayHaveDied[server].next(&nextDeath[server], to: instant) {
                mayHaveDied[server] = value
                change.isShared = true
            }
            for identity in endpoints.indices {
                let track = model.beliefs[server][identity]
                guard let value = track.next(&nextBelief[server][identity], to: instant) else {
                    continue
                }
                beliefs[server][identity] = value
                change.beliefs[server] = true
            }
            if change.beliefs[server] {
                believed[server] = Set(
                    beliefs[server].joined().lazy.filter { !$0.isAbsent }.map(\.process)
                ).sorted()
            }
        }
        for identity in endpoints.indices {
            guard let value = model.endpoints[identity].next(&nextEndpoint[identity], to: instant)
            else { continue }
            endpoints[identity] = value
            hasAddress[identity] = Known.over(value.lazy.map { Known(!$0.isNone) }) ?? .no
            change.isShared = true
        }
        for window in windows.indices {
            windows[window] = model.windows[window].isServed(at: instant)
        }
        return change
    }

    /// Whether a column is there as a custom or aggregated API.
    func isThere(_ column: ResourceColumn) -> Known {
        column.windows.reduce(.no) { $0 || windows[$1] }
    }

    /// Whether the process has handlers of its own for the column.
    func serves(_ column: ResourceColumn, process: Int) -> Known {
        column.served[process] || isThere(column)
    }

    /// Whether a server counts as running and serving the column: what makes a 404 elsewhere wrong.
    ///
    /// A server that starts or stops may be said to or not to.
    func isServing(_ column: ResourceColumn, server: Int) -> Known {
        Known.over(
            presences[server].lazy.map { presence -> Known in
                guard !presence.isDown else { return .no }
                let serves = self.serves(column, process: presence.process)
                return presence.phase == .ready ? serves : serves && .maybe
            }) ?? .no
    }
}
