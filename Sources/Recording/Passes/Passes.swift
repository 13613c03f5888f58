import KubeAPI

/// Which rows of one audit id are passes of one request, and in which order (F9.6).
///
/// Pure: takes the rows, says what they mean. An audit id alone does not make a pass, since a
/// client may send the same one again: path, verb and user must agree, and the later pass lies
/// within the earlier one, as far as the servers' clocks agree.
struct StoredPass {
    var row: Int64
    var request: Request
    var key: PassKey
    /// What the row says so far: the row of the request's first pass, or nil.
    var origin: Int64?
    /// The user that the request ran as: the impersonated one, where there is one.
    var user: UInt32

    /// When it ended, in nanoseconds; the end of time where nobody saw it end.
    var end: Int64 {
        guard request.durationMicroseconds >= 0 else { return .max }
        let (scaled, isLong) = request.durationMicroseconds.multipliedReportingOverflow(by: 1_000)
        let (end, isLate) = request.at.addingReportingOverflow(scaled)
        return isLong || isLate ? .max : end
    }
}

/// How far the clocks of two servers are apart, learned from requests that both recorded.
struct ClockOffsets {
    /// Up to here a clock may be off where nothing was learned.
    static let unknownTolerance: Int64 = 500_000_000
    /// What is left of the difference where it was learned.
    static let learnedTolerance: Int64 = 100_000_000
    private static let enough = 8
    private static let mostServers = 64

    private var samples: [UInt64: [Int64]] = [:]
    private var medians: [UInt64: Int64] = [:]

    /// Takes a pair of passes that surely belong together if ids are unique: what one says of the
    /// difference of the two clocks.
    mutating func learn(_ first: StoredPass, _ second: StoredPass) {
        let (low, high) =
            first.request.server < second.request.server ? (first, second) : (second, first)
        guard low.request.server != high.request.server, let lowMiddle = low.middle,
            let highMiddle = high.middle
        else { return }
        samples[key(low, high), default: []].append(highMiddle &- lowMiddle)
    }

    /// Settles what was learned: the median, so that reused ids among the samples do no harm.
    mutating func settle() {
        for (key, differences) in samples {
            let ordered = differences.sorted()
            guard let least = ordered.first, let most = ordered.last else { continue }
            // Few are enough where they say the same, which ids that were used again do not.
            let isOne = most &- least <= ClockOffsets.learnedTolerance && ordered.count > 1
            guard isOne || ordered.count >= ClockOffsets.enough else { continue }
            medians[key] = ordered[ordered.count / 2]
        }
        addWays()
    }

    /// What two servers that share no request have learned of a third.
    private mutating func addWays() {
        let direct = medians
        let servers = Set(direct.keys.flatMap { [UInt32($0 >> 32), UInt32($0 & 0xFFFF_FFFF)] })
            .sorted()
        guard servers.count <= ClockOffsets.mostServers else { return }
        func way(_ one: UInt32, _ other: UInt32) -> Int64? {
            one < other
                ? direct[UInt64(one) << 32 | UInt64(other)]
                : direct[UInt64(other) << 32 | UInt64(one)].map { -$0 }
        }
        for low in servers {
            for high in servers where high > low && way(low, high) == nil {
                let third = servers.first { way(low, $0) != nil && way($0, high) != nil }
                guard let third, let there = way(low, third), let back = way(third, high) else {
                    continue
                }
                medians[UInt64(low) << 32 | UInt64(high)] = there &+ back
            }
        }
    }

    /// How far two passes of one request can be apart, beyond their own length.
    var reach: Int64 {
        let largest = medians.values.map(\.magnitude).max() ?? 0
        let sum = Int64(clamping: largest).addingReportingOverflow(
            ClockOffsets.unknownTolerance + 20_000_000)
        return sum.overflow ? .max : sum.partialValue
    }

    /// By how much the clock of `inner`'s server is ahead of that of `outer`'s, and how surely.
    func offset(from outer: StoredPass, to inner: StoredPass) -> (offset: Int64, tolerance: Int64) {
        let (a, b) = (outer.request.server, inner.request.server)
        // Records that name no server may be of several.
        if a == b { return (0, a == 0 ? ClockOffsets.unknownTolerance : 0) }
        guard let median = medians[a < b ? key(outer, inner) : key(inner, outer)] else {
            return (0, ClockOffsets.unknownTolerance)
        }
        return (a < b ? median : -median, ClockOffsets.learnedTolerance)
    }

    private func key(_ low: StoredPass, _ high: StoredPass) -> UInt64 {
        UInt64(low.request.server) << 32 | UInt64(high.request.server)
    }
}

extension StoredPass {
    fileprivate var middle: Int64? {
        guard end != .max else { return nil }
        return request.at &+ (end &- request.at) / 2
    }

    /// Whether two records of one audit id ask for the same thing as the same user.
    func asksTheSame(as other: StoredPass) -> Bool {
        // A peer that refuses its peer's certificate records a failed authentication (F9.12).
        let isRefused = [request, other.request].contains { $0.status == 401 || $0.status == 403 }
        return (user == other.user || isRefused) && request.asksTheSame(as: other.request)
    }

    /// Whether this pass can have been forwarded from `outer`.
    func isWithin(_ outer: StoredPass, _ clocks: ClockOffsets) -> Bool {
        let (offset, tolerance) = clocks.offset(from: outer, to: self)
        let start = request.at.subtractingReportingOverflow(offset).partialValue
        guard start >= outer.request.at &- tolerance else { return false }
        guard outer.end != .max else { return true }
        guard start <= outer.end &+ tolerance, end != .max else { return false }
        // The inner record may be stamped just after the outer one was sent on.
        return end &- offset <= outer.end &+ tolerance &+ 20_000_000
    }

    /// Sorts what may be outer before what may be inner: the longer first.
    fileprivate static func isOuter(_ left: StoredPass, _ right: StoredPass) -> Bool {
        if left.length != right.length { return left.length > right.length }
        let (a, b) = (left.request, right.request)
        return (a.at, a.server) < (b.at, b.server)
    }

    fileprivate func distance(from outer: StoredPass, _ clocks: ClockOffsets) -> UInt64 {
        let (offset, _) = clocks.offset(from: outer, to: self)
        return (request.at &- offset &- outer.request.at).magnitude
    }

    private var length: Int64 {
        request.durationMicroseconds < 0 ? .max : request.durationMicroseconds
    }
}

/// Rows of one audit id that may lie within each other: a client that sends one id a thousand times
/// at once gets no answer to which pass belongs to which, and each of them counts as a request.
let mostPassesAtOnce = 1_024

/// Groups the rows of one audit id into requests, each with its passes from the first to the last.
///
/// Adds to `unjoined` the rows that were left alone because too many share their id at once.
func requests(
    of passes: [StoredPass], _ clocks: ClockOffsets, unjoined: inout Int
) -> [[StoredPass]] {
    var requests: [[StoredPass]] = []
    for together in passesTogether(passes, reach: clocks.reach) {
        if together.count <= mostPassesAtOnce {
            requests += chains(of: together, clocks)
        } else {
            unjoined += together.count
            requests += together.map { [$0] }
        }
    }
    return requests
}

/// Cuts the rows where nothing before can have sent on what comes after.
private func passesTogether(_ passes: [StoredPass], reach: Int64) -> [ArraySlice<StoredPass>] {
    let sorted = passes.sorted { ($0.request.at, $0.row) < ($1.request.at, $1.row) }
    var parts: [ArraySlice<StoredPass>] = []
    var start = 0
    var latest = Int64.min
    for (index, pass) in sorted.enumerated() {
        let (earliest, isEarly) = pass.request.at.subtractingReportingOverflow(reach)
        if index > start, !isEarly, earliest > latest {
            parts.append(sorted[start..<index])
            start = index
        }
        let (last, isLate) = pass.end.addingReportingOverflow(reach)
        latest = max(latest, isLate ? .max : last)
    }
    if start < sorted.count { parts.append(sorted[start...]) }
    return parts
}

private func chains(of passes: ArraySlice<StoredPass>, _ clocks: ClockOffsets) -> [[StoredPass]] {
    var chains: [[StoredPass]] = []
    for pass in passes.sorted(by: StoredPass.isOuter) {
        var home: Int?
        var nearest = UInt64.max
        for (index, chain) in chains.enumerated() {
            guard let first = chain.first, let last = chain.last, pass.asksTheSame(as: first),
                pass.isWithin(last, clocks)
            else { continue }
            // A reused id may leave several that could have sent it on: the one just before did.
            let distance = pass.distance(from: last, clocks)
            if distance < nearest { (home, nearest) = (index, distance) }
        }
        if let home {
            chains[home].append(pass)
        } else {
            chains.append([pass])
        }
    }
    return chains
}
