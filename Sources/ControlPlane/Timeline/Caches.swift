import Bytes

/// What a process holds of a column at an instant: the inputs of the ladder.
extension Model {
    /// Whether the column is there as a custom or aggregated API.
    func isThere(_ column: ResourceColumn, at instant: Int64) -> Known {
        column.windows.reduce(.no) { $0 || windows[$1].isServed(at: instant) }
    }

    /// Whether a discovery document of the process, read then, lists the column.
    func lists(_ column: ResourceColumn, process: Int, in read: UncertainTime) -> Known {
        column.windows.reduce(column.served[process]) { $0 || windows[$1].isDiscovered(in: read) }
    }

    // MARK: 1.33 and later

    /// Whether the local discovery cache has the column (F3.13).
    func hasInLocalDiscovery(_ column: ResourceColumn, process number: Int, at instant: Int64)
        -> Known
    {
        let process = processes[number]
        guard !column.windows.isEmpty, column.served[number] != .yes else {
            return column.served[number]
        }
        // Where custom and aggregated APIs are excluded, its own handlers answer either way.
        if process.dialect?.excludesExtensions == true, isThere(column, at: instant) == .yes {
            return .yes
        }
        let fill = process.localDiscoveryFilled
        let newest = max(0, instant.inRange.clampedAdding(-fill.earliest) / Dialect.localRefresh)
        let oldest = max(0, instant.inRange.clampedAdding(-fill.latest) / Dialect.localRefresh)
        // Where the start-up took longer than a round, nothing is sure.
        guard newest - oldest <= 2 else { return .maybe }
        let values = (oldest...max(oldest, newest)).map { round -> Known in
            let age = round * Dialect.localRefresh
            let listed = lists(column, process: number, in: fill.later(by: age, to: age))
            // F3.14: the first fill may come before the document has its custom and aggregated
            // APIs.
            return round == 0 && listed == .yes ? .maybe : listed
        }
        return Known.over(values) ?? .no
    }

    /// Whether what the process holds of a peer lists the column, exclusions applied (F3.25).
    func believes(_ belief: Belief, _ column: ResourceColumn, process: Int, at instant: Int64)
        -> Known
    {
        guard !belief.isAbsent else { return .no }
        let listed = lists(column, process: belief.process, in: belief.read)
        guard listed.isPossible, !column.exclusions.isEmpty else { return listed }
        let reader = processes[process]
        guard let dialect = reader.dialect, let grace = dialect.exclusionEnds else { return listed }
        switch dialect {
        case .filteredPeerDiscovery:
            // F3.28, F3.29: what was struck since the reading does not come back.
            return listed
                && !column.exclusions.reduce(.no) {
                    $0
                        || windows[$1].wasExcluded(
                            since: belief.read, until: instant, by: reader, grace: grace)
                }
        default:
            // F3.30, F3.31: the raw copy stays, so what is no longer excluded is back.
            return listed
                && !column.exclusions.reduce(.no) {
                    $0 || windows[$1].isExcluded(at: instant, by: reader, grace: grace)
                }
        }
    }

    /// The instants at which the local cache of a process may change what it lists of a window.
    func localDiscoveryChanges(of number: Int, _ window: ExtensionWindow) -> [Int64] {
        let process = processes[number]
        guard process.readsPeers else { return [] }
        let fill = process.localDiscoveryFilled
        var result = [
            fill.earliest, fill.latest, fill.earliest.clampedAdding(Dialect.localRefresh),
        ]
        result.append(fill.latest.clampedAdding(Dialect.localRefresh))
        for change in window.discoveryChanges(whileExcluded: process.dialect?.excludesExtensions)
        where change < process.stoppedAt {
            let round = max(0, change.clampedAdding(-fill.latest) / Dialect.localRefresh)
            for near in round...(round + 2) {
                let age = near * Dialect.localRefresh
                result += [fill.earliest.clampedAdding(age), fill.latest.clampedAdding(age)]
            }
        }
        return result
    }

    // MARK: 1.28 to 1.32

    /// Whether the StorageVersion objects name an identity for the column (F3.11, F3.12).
    func isRecorded(_ column: ResourceColumn, identity: Int, at instant: Int64) -> Known {
        var value = Known.no
        for number in processesByIdentity[identity] {
            let process = processes[number]
            guard process.writesStorageVersions else { continue }
            let written = process.recordsWritten
            // One that stops while it starts may not have come that far.
            guard written.earliest < process.stoppedAt else { continue }
            guard instant >= written.earliest else { break }
            let isSure = instant >= written.latest && written.latest < process.stoppedAt
            // F3.12: a process that lost a resource altogether leaves the old record alone.
            let now = column.isRecorded[number] ? column.served[number] : value
            value = isSure ? now : (Known.over([value, now]) ?? .maybe)
        }
        // The records go with the identity lease, where a controller-manager collects them.
        let exists = leases[identity].exists[at: instant]
        return exists == .yes ? value : value && .maybe
    }
}

extension ProcessModel {
    /// F3.13: the local cache is filled as soon as the server can ask itself.
    var localDiscoveryFilled: UncertainTime { identityLeaseMade.later(to: 300 * .millisecond) }

    /// F3.11: records are written between the identity lease and readiness.
    var recordsWritten: UncertainTime {
        UncertainTime(identityLeaseMade.earliest, max(readyAt, identityLeaseMade.latest))
    }
}
