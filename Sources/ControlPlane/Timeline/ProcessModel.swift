import Bytes
import KubeAPI

/// One process of an API server as the model sees it: what it does, and when.
///
/// Bitwise copyable, since the model asks it all the time; what it serves is in `Columns`.
struct ProcessModel: Sendable, BitwiseCopyable {
    /// The server by number, and the identity that its host name gives it (F3.1).
    var server: Int
    var identity: Int
    var release: Release
    var dialect: Dialect?
    /// The filter runs: it forwards requests (F2.2).
    var forwards: Bool
    /// It writes an endpoint lease, so others may forward to it (F2.2).
    var publishesAddress: Bool
    /// It has an identity lease (F2.8).
    var hasIdentity: Bool
    /// It writes StorageVersion objects (F1.2, F2.7).
    var writesStorageVersions: Bool
    /// It accepts what a peer says of a request's user (F1.45).
    var trustsPeers: Bool
    /// The flags are refused at start-up: it never runs.
    var isRefused: Bool
    var startedAt: Int64
    /// As the scenario says it: what decides whether the server counts as running.
    var readyAt: Int64
    /// `.max` while it runs on.
    var stoppedAt: Int64
    var isCrash: Bool
    /// Until when a stopping process serves open connections.
    var drainedAt: Int64

    init(_ process: Scenario.Process, server: Int, identity: Int, activation: Activation) {
        self.server = server
        self.identity = identity
        release = process.release
        dialect = Dialect(process.release)
        forwards = activation.forwards && dialect != nil
        publishesAddress = activation.publishesAddress
        hasIdentity = activation.hasIdentity
        writesStorageVersions = activation.writesStorageVersions
        trustsPeers = activation.trustsPeers
        isRefused = activation.state == .refused
        startedAt = process.startedAt.inRange
        readyAt = startedAt.clampedAdding(max(0, process.readyAfter)).inRange
        stoppedAt = process.stoppedAt.map { max($0.inRange, process.startedAt.inRange) } ?? .max
        switch process.end {
        case .crash:
            isCrash = true
            drainedAt = stoppedAt
        case .graceful(let drain):
            isCrash = false
            drainedAt = stoppedAt == .max ? .max : stoppedAt.clampedAdding(max(0, drain)).inRange
        }
    }

    /// Whether peers are known by their discovery, which this process reads and keeps.
    var readsPeers: Bool { forwards && dialect?.readsStorageVersions == false }

    /// Whether `/apis` has what peers serve, too (F4.6).
    var mergesPeers: Bool { forwards && release.has(.mergesPeerDiscovery) }

    /// Whether peers are known by StorageVersion objects.
    var readsRecords: Bool { forwards && dialect?.readsStorageVersions == true }

    private var startUp: Int64 { readyAt - startedAt }

    /// When it begins to listen, and shortly after makes its identity lease.
    ///
    /// Measured on 1.33 to 1.36: after 0.37 to 0.58 of the time to readiness. The rest is spent on
    /// what follows the handlers: objects that every server makes sure of.
    var identityLeaseMade: UncertainTime {
        UncertainTime(
            startedAt.clampedAdding(startUp / 5),
            startedAt.clampedAdding(max(startUp / 100 * 58, startUp - 1200 * .millisecond)))
    }

    /// When /readyz turned green: whoever timed it asked every half second.
    var becameReady: UncertainTime {
        let polled = min(550 * Int64.millisecond, startUp / 4)
        return UncertainTime(
            readyAt.clampedAdding(-polled), readyAt.clampedAdding(50 * .millisecond))
    }

    /// F3.8: the first endpoint lease follows readiness, which is polled every 100 ms.
    var addressPublished: UncertainTime { becameReady.later(to: 250 * .millisecond) }

    /// When the endpoint lease goes: at once at a stop, at its expiry after a crash (F3.9).
    ///
    /// The lease of 15 s is renewed every 10 s; etcd takes up to a second or so to notice.
    var addressRemoved: UncertainTime? {
        guard stoppedAt < .max else { return nil }
        let stopped = UncertainTime(stoppedAt, stoppedAt)
        return isCrash
            ? stopped.later(by: 5 * .second, to: 16_500 * .millisecond)
            : stopped.later(to: 500 * .millisecond)
    }

    /// When its first reading of the peers happens: as soon as the lease informer has synced.
    var firstPeerReading: UncertainTime { identityLeaseMade.later(to: 150 * .millisecond) }

    /// When the end is over for everybody, give or take the precision of the scenario.
    var goneAt: UncertainTime {
        guard stoppedAt < .max else { return UncertainTime(.max, .max) }
        return isCrash
            ? UncertainTime(stoppedAt, stoppedAt.clampedAdding(100 * .millisecond))
            : UncertainTime(drainedAt, drainedAt.clampedAdding(.second))
    }
}

/// What a process was doing.
enum Phase: UInt8, Sendable, Hashable {
    /// From process start to readiness; it may not listen yet.
    case starting
    case ready
    /// Told to stop: open connections are still served.
    case stopping
}

/// A process in one of its phases; `process` is -1 where none runs.
struct Presence: Hashable, Sendable {
    var process: Int
    var phase: Phase

    static let down = Presence(process: -1, phase: .ready)
    var isDown: Bool { process < 0 }
}

extension ProcessModel {
    /// What this process may be doing when; `next` is when its successor starts.
    func presences(number: Int, next: Int64) -> [Possibility<Presence>] {
        func possible(_ phase: Phase, _ from: Int64, _ until: Int64) -> Possibility<Presence> {
            Possibility(Presence(process: number, phase: phase), from: from, until: until)
        }
        let readyAt = min(readyAt, stoppedAt)
        var result = [possible(.starting, startedAt, readyAt)]
        guard stoppedAt < .max else { return result + [possible(.ready, readyAt, .max)] }
        let gone = min(goneAt.latest, next)
        if isCrash {
            let phase: Phase = stoppedAt < self.readyAt ? .starting : .ready
            result.append(possible(phase, readyAt, gone))
        } else {
            result.append(possible(.ready, readyAt, stoppedAt))
            result.append(possible(.stopping, stoppedAt, gone))
            if stoppedAt < self.readyAt {
                // Told to stop before it was ready, it answers as far as it had come.
                result.append(possible(.starting, stoppedAt, gone))
            }
        }
        return result
    }
}
