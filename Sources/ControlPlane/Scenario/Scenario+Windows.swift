import Bytes
public import KubeAPI

// When a scenario's servers run different releases: what an upgrade is about.
extension Scenario {
    /// When releases change, and when servers of different releases run beside each other.
    public struct Windows: Sendable, Equatable {
        /// Instants at which a server came up with another release than it had.
        public var changes: [Int64] = []
        /// Stretches, cut to the span asked for.
        public var mixed: [ClosedRange<Int64>] = []
        /// A stretch between two changes in which no server ran.
        public var allDown: ClosedRange<Int64>?
        /// Servers of releases that are not neighbours, side by side or one after the other.
        public var skipped: (Release, Release)?

        public static func == (left: Windows, right: Windows) -> Bool {
            left.changes == right.changes && left.mixed == right.mixed
                && left.allDown == right.allDown && left.skipped?.0 == right.skipped?.0
                && left.skipped?.1 == right.skipped?.1
        }
    }

    public func windows(in span: ClosedRange<Int64>) -> Windows {
        var windows = Windows()
        var instants = [span.lowerBound, span.upperBound]
        for server in servers {
            for (earlier, later) in zip(server.processes, server.processes.dropFirst())
            where earlier.release != later.release {
                windows.changes.append(later.startedAt)
                if !earlier.release.mayRunBeside(later.release) {
                    windows.skipped = (earlier.release, later.release)
                }
            }
            for process in server.processes {
                instants += [process.startedAt, process.endsAt].filter(span.contains)
            }
        }
        windows.changes.sort()
        instants.sort()
        let told = servers.map(ToldProcesses.init)
        for (from, until) in zip(instants, instants.dropFirst()) where from < until {
            take(from...until, told, &windows)
        }
        return windows
    }

    private func take(
        _ stretch: ClosedRange<Int64>, _ told: [ToldProcesses], _ windows: inout Windows
    ) {
        let middle = stretch.lowerBound + (stretch.upperBound - stretch.lowerBound) / 2
        let running = Set(told.compactMap { $0.release(from: middle, until: middle + 1) })
        if let low = running.min(), let high = running.max(), low != high {
            if !low.mayRunBeside(high) { windows.skipped = (low, high) }
            if let last = windows.mixed.last, last.upperBound == stretch.lowerBound {
                windows.mixed[windows.mixed.count - 1] = last.lowerBound...stretch.upperBound
            } else {
                windows.mixed.append(stretch)
            }
        } else if running.isEmpty,
            let first = servers.compactMap(\.processes.first?.startedAt).min(),
            first <= stretch.lowerBound, windows.allDown == nil
        {
            windows.allDown = stretch
        }
    }

    /// Which release each server ran when.
    public struct Releases: Sendable {
        private let servers: [String: ToldProcesses]

        public init(_ scenario: Scenario) {
            servers = Dictionary(
                scenario.servers.map { ($0.name, ToldProcesses($0)) },
                uniquingKeysWith: { first, _ in first })
        }

        /// Nil where it does not run.
        public func release(of server: String, at instant: Int64) -> Release? {
            servers[server]?.release(from: instant, until: instant.clampedAdding(1))
        }
    }
}

/// What a scenario says of one server's processes, found by time.
struct ToldProcesses: Sendable {
    private let releases: [Release]
    /// Each until it answers nobody any more.
    private let lives: Stretches
    private let starts: [Release: [Int64]]

    init(_ server: Scenario.Server) {
        releases = server.processes.map(\.release)
        lives = Stretches(
            server.processes.map { $0.startedAt...max($0.startedAt, $0.endsAt) })
        starts = Dictionary(grouping: server.processes, by: \.release).mapValues {
            $0.map(\.startedAt).sorted()
        }
    }

    /// The release that ran from one instant until another.
    func release(from: Int64, until: Int64) -> Release? {
        lives.first(from: from, until: until).map { releases[$0] }
    }

    /// Whether a process of that release starts no further than this from an instant.
    func hasStart(as release: Release, about instant: Int64, within tolerance: Int64) -> Bool {
        guard let starts = starts[release] else { return false }
        let next = starts.partitioningIndex { $0 >= instant.clampedAdding(-tolerance) }
        return next < starts.count && starts[next] <= instant.clampedAdding(tolerance)
    }
}

extension Scenario.Process {
    /// When it answers nobody any more; far away for one that runs on.
    var endsAt: Int64 {
        guard let stoppedAt else { return .max }
        guard case .graceful(let drain) = end else { return stoppedAt }
        return stoppedAt.clampedAdding(drain)
    }
}
