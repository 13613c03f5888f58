import Bytes
import KubeAPI

/// Notices sources that name no server and overlap in time: their servers cannot be told apart.
struct Attribution {
    private struct Span {
        var first: Int64
        var last: Int64

        mutating func take(_ at: Int64) {
            first = min(first, at)
            last = max(last, at)
        }

        func overlaps(_ other: Span) -> Bool { first <= other.last && other.first <= last }
    }

    private var unnamed: [UInt32: Span] = [:]

    @inline(__always)
    mutating func observe(_ request: borrowing Request) {
        guard request.server == 0 else { return }
        let at = request.at
        unnamed[request.source, default: Span(first: at, last: at)].take(at)
    }

    /// What a person should know, a sentence each.
    func warnings(_ names: Names) -> [String] {
        let spans = unnamed.sorted { $0.key < $1.key }
        return spans.enumerated().compactMap { index, one in
            guard let other = spans[..<index].first(where: { $0.value.overlaps(one.value) })
            else { return nil }
            return "\(names.sources[other.key]) and \(names.sources[one.key]) name no server and "
                + "overlap in time: their servers cannot be told apart; give SERVER=PATH"
        }
    }
}
