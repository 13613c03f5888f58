import Bytes
public import KubeAPI

/// What writes show of the differences between clocks: the most that one can be behind another.
///
/// A revision is made once and used after that alone. So where one server made it and another used
/// it, or a later one, the first had begun before the second was done, whatever their clocks say.
public struct ClockBounds: Sendable, Equatable {
    /// More servers than any control plane has are not compared.
    private static let mostServers = 64
    /// One pair in so many may be wrong, where any is.
    private static let trust = 50
    /// Bounds that cross by no more are measured a little wrong.
    private static let slack: Int64 = 100 * .millisecond

    /// How many servers there are, and how many of them are compared.
    let count: Int
    private let servers: Int
    /// How far the first server's time is behind the second's at most, where anything tells.
    private var most: [Int64?]

    /// A request that one server received and handed on to another.
    public struct Pair: Sendable {
        var first: Int
        var second: Int
        var from: Int64
        var until: Int64
        var arrived: Int64

        public init(first: Int, second: Int, from: Int64, until: Int64, arrived: Int64) {
            self.first = first
            self.second = second
            self.from = from
            self.until = until
            self.arrived = arrived
        }
    }

    /// Nothing is known.
    public init(servers: Int) {
        count = servers
        self.servers = servers <= ClockBounds.mostServers ? servers : 0
        most = Array(repeating: nil, count: self.servers * self.servers)
    }

    public init(servers: Int, _ revisions: [Revision], forwarded: [Pair]) {
        self.init(servers: servers)
        guard servers <= ClockBounds.mostServers else { return }
        var ordered = bounds(revisions, forwarded, trustsPatches: true)
        most = ordered.map(\.first)
        // Where bounds cross, some are wrong: most likely those of patches that changed nothing.
        guard isCrossed else { return }
        ordered = bounds(revisions, forwarded, trustsPatches: false)
        most = ordered.map(\.first)
        guard isCrossed else { return }
        most = ordered.map { $0.isEmpty ? nil : $0[$0.count / ClockBounds.trust] }
    }

    /// All bounds on each difference, the least first.
    private func bounds(
        _ revisions: [Revision], _ forwarded: [Pair], trustsPatches: Bool
    ) -> [[Int64]] {
        var found = [[Int64]](repeating: [], count: servers * servers)
        var begun = [Int64?](repeating: nil, count: servers)
        let history = ClockBounds.history(revisions, trustsPatches: trustsPatches)
        for event in history where event.server < servers {
            for other in 0..<servers where event.isDone && other != event.server {
                guard let begun = begun[other] else { continue }
                found[other * servers + event.server].append(event.until.clampedAdding(-begun))
            }
            if event.isMade {
                begun[event.server] = max(begun[event.server] ?? event.from, event.from)
            }
        }
        for pair in forwarded where pair.first < servers && pair.second < servers {
            guard pair.first != pair.second else { continue }
            found[pair.first * servers + pair.second].append(
                pair.arrived.clampedAdding(-pair.from))
            found[pair.second * servers + pair.first].append(
                pair.until.clampedAdding(-pair.arrived))
        }
        return found.map { $0.sorted() }
    }

    /// Whether no clocks could be so, unless one was set while the log was written.
    var isCrossed: Bool {
        var whole = self
        whole.close()
        return (0..<servers).contains { first in
            (0..<first).contains { second in
                guard let up = whole.most[first * servers + second],
                    let down = whole.most[second * servers + first]
                else { return false }
                return up.clampedAdding(down) < -ClockBounds.slack
            }
        }
    }

    private struct Event {
        var revision: Int64
        var isMade: Bool
        /// The revision was there when this was done.
        var isDone: Bool
        var server: Int
        var from: Int64
        var until: Int64

        init(_ write: Revision, _ revision: Int64, isMade: Bool, isDone: Bool = true) {
            self.revision = revision
            self.isMade = isMade
            self.isDone = isDone
            server = Int(write.server)
            from = write.from
            until = write.until
        }
    }

    /// Makings and uses in the order of revisions; what uses one comes behind its making.
    private static func history(_ revisions: [Revision], trustsPatches: Bool) -> [Event] {
        var events: [Event] = []
        var chains: [UInt32: [Revision]] = [:]
        for write in revisions {
            let isMade = write.made != 0 && (trustsPatches || write.made != write.used)
            events.append(Event(write, max(write.made, write.used), isMade: isMade))
            if write.made == 0 { chains[write.name, default: []].append(write) }
        }
        // What an update of an object uses, the one before has made, or one after that: the one
        // before had begun by then, and may have been done long before.
        for chain in chains.values {
            let ordered = chain.sorted { $0.used < $1.used }
            for (write, next) in zip(ordered, ordered.dropFirst()) where next.used > write.used {
                events.append(Event(write, next.used, isMade: true, isDone: false))
            }
        }
        return events.sorted {
            ($0.revision, $0.isMade ? 0 : 1, $0.from) < ($1.revision, $1.isMade ? 0 : 1, $1.from)
        }
    }

    // MARK: Putting bounds together

    /// Moves a server's instants.
    mutating func move(_ server: Int, by change: Int64) {
        guard server < servers else { return }
        for other in 0..<servers where other != server {
            let (to, from) = (other * servers + server, server * servers + other)
            most[to] = most[to].map { $0.clampedAdding(change) }
            most[from] = most[from].map { $0.clampedAdding(-change) }
        }
    }

    /// Adds what is known by way of a third server.
    mutating func close() {
        for middle in 0..<servers {
            for first in 0..<servers where first != middle {
                guard let one = most[first * servers + middle] else { continue }
                for second in 0..<servers where second != middle && second != first {
                    guard let other = most[middle * servers + second] else { continue }
                    let way = one.clampedAdding(other)
                    let place = first * servers + second
                    most[place] = min(most[place] ?? way, way)
                }
            }
        }
    }

    /// By how much one clock is ahead of another.
    struct Difference {
        var ahead: Int64
        var margin: Int64
        /// The difference was not always the same: a clock was set, or went wrong.
        var varies = false
    }

    /// By how much one server's clock is ahead of another's; nil where that is not bounded.
    func ahead(_ server: Int, of other: Int) -> Difference? {
        if server == other { return Difference(ahead: 0, margin: 0) }
        guard server < servers, other < servers else { return nil }
        let (up, down) = (most[other * servers + server], most[server * servers + other])
        guard let up, let down else { return ClockBounds.oneSided(up, down) }
        let (width, ahead) = (up.clampedAdding(down), up / 2 - down / 2)
        guard width < -ClockBounds.slack else {
            return Difference(ahead: ahead, margin: max(0, width) / 2)
        }
        // It was all that lies between the bounds, and some more where they are not tight.
        let margin = (Int64(clamping: width.magnitude) / 2).clampedAdding(ServerClocks.usual)
        return Difference(ahead: ahead, margin: margin, varies: true)
    }

    /// Where one bound alone is known it tells something only if the clocks cannot agree.
    private static func oneSided(_ up: Int64?, _ down: Int64?) -> Difference? {
        let usual = ServerClocks.usual
        if let up, up < -usual { return Difference(ahead: up, margin: 2 * usual) }
        if let down, down < -usual { return Difference(ahead: -down, margin: 2 * usual) }
        return nil
    }

    /// The server that most others are in step with.
    var reference: Int {
        func strangers(_ server: Int) -> Int {
            (1..<max(1, servers)).count { other in
                ahead(other, of: server).map {
                    $0.ahead.magnitude >= UInt64(ServerClocks.correctable)
                } ?? true
            }
        }
        return (1..<max(1, servers)).min { strangers($0) < strangers($1) } ?? 0
    }

    /// What stays open of servers' instants.
    struct Doubt {
        /// By how much two of them may differ.
        var margin: Int64 = 0
        /// Every pair was compared.
        var isComplete: Bool
        var varies = false
    }

    /// What stays open once these moves are made.
    func doubt(after moves: [Int64]) -> Doubt {
        var doubt = Doubt(isComplete: count == servers)
        for first in 1..<max(1, servers) {
            for second in 1..<first {
                guard let found = ahead(first, of: second) else {
                    doubt.isComplete = false
                    continue
                }
                let left = found.ahead.clampedAdding(moves[first]).clampedAdding(-moves[second])
                let distance = Int64(clamping: left.magnitude)
                let most = distance.clampedAdding(found.margin)
                let mayAgree = distance <= found.margin && !found.varies
                doubt.margin = max(doubt.margin, mayAgree ? min(most, ServerClocks.usual) : most)
                doubt.varies = doubt.varies || found.varies
            }
        }
        return doubt
    }
}
