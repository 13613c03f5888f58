import Bytes
import ControlPlane
import Findings
import Judgments
import KubeAPI
import Recording
import Replay

/// When anybody asked for what the servers of an upgrade differ in.
///
/// Kept by resource, server and second, each with its first and its last instant: the window of
/// whichever plan turns out best is looked up after the one scan.
struct DisputedDemand: Sendable {
    private let disputed: IDSet
    private let ownClients: IDSet
    private let unknownResources: IDSet
    private var seconds: [Second: ClosedRange<Int64>] = [:]
    private(set) var requests = 0
    /// Requests for resources of which nothing is known.
    private(set) var unknown = 0

    private struct Second: Hashable {
        var resource: UInt32
        var server: UInt32
        var number: Int64
    }

    /// - Parameter input: of any plan without the proxy; plans differ in when their servers
    ///   disagree, not in what about.
    init(_ input: FindingsInput) {
        disputed = IDSet(Array(input.disputed.keys))
        let names = input.names
        ownClients = IDSet(names.loopbackClients)
        unknownResources = IDSet(
            (1..<UInt32(clamping: max(1, names.resources.count))).filter {
                input.table.column(for: names.groupVersionResource($0)) == nil
            })
    }

    @inline(__always)
    mutating func receive(_ row: RequestScan.Row) {
        requests += 1
        if unknownResources.contains(row.resource) { unknown += 1 }
        guard disputed.contains(row.resource), !ownClients.contains(row.client) else { return }
        let number = row.at / 1_000_000_000
        note(
            Second(resource: row.resource, server: row.server, number: number), row.at...row.at)
    }

    mutating func append(_ other: DisputedDemand) {
        requests += other.requests
        unknown += other.unknown
        for (second, span) in other.seconds { note(second, span) }
    }

    private mutating func note(_ second: Second, _ span: ClosedRange<Int64>) {
        let known = seconds[second] ?? span
        seconds[second] =
            min(known.lowerBound, span.lowerBound)...max(known.upperBound, span.upperBound)
    }

    /// Whether anybody asked while servers disagreed, be it that the proxy would have helped.
    ///
    /// - Parameter input: of the plan's scenario.
    func isAsked(in input: FindingsInput) -> Bool {
        let times = input.disputed
        return seconds.contains { second, span in
            [span.lowerBound, span.upperBound].contains { instant in
                times[second.resource]?.contains(instant) == true
                    || input.isContested(second.resource, at: second.server, instant)
            }
        }
    }
}

extension FindingsInput {
    /// Whether a server would forward a request, or may answer it wrongly.
    fileprivate func isContested(_ resource: UInt32, at server: UInt32, _ instant: Int64) -> Bool {
        guard let server = table.servers.firstIndex(of: names.servers[server]) else { return false }
        let decision = table.decision(
            at: instant, server: server, resource: names.groupVersionResource(resource))
        return decision.reached.outcomes.contains { $0 == .proxied || $0.isWrongAnswer }
    }
}
