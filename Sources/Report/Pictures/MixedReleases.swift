import Bytes

/// When the servers of a run did not all serve the same APIs, as far as their releases tell.
struct MixedReleases {
    struct Window: Equatable {
        var from: Int64
        var until: Int64
    }

    /// Apart, in order: each while at least two running servers had different releases.
    let windows: [Window]

    init(_ lanes: [ReportPage.Lane], from start: Int64, until end: Int64) {
        var instants: Set<Int64> = [start, end]
        for process in lanes.flatMap(\.processes) {
            instants.insert(min(max(process.from, start), end))
            instants.insert(min(max(process.until ?? end, start), end))
        }
        var windows: [Window] = []
        let sorted = instants.sorted()
        for (from, until) in zip(sorted, sorted.dropFirst())
        where MixedReleases.releases(lanes, at: from).count > 1 {
            if let last = windows.last, last.until == from {
                windows[windows.count - 1].until = until
            } else {
                windows.append(Window(from: from, until: until))
            }
        }
        self.windows = windows
    }

    private static func releases(_ lanes: [ReportPage.Lane], at instant: Int64) -> Set<String> {
        Set(
            lanes.compactMap { lane in
                lane.processes.last { process in
                    process.from <= instant && instant < process.until ?? .max
                }?.release
            })
    }

    var total: Int64 {
        windows.reduce(0) { $0.clampedAdding(distance($1.from, $1.until)) }
    }
}
