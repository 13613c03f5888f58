import Bytes
import KubeAPI

/// Notices where the records of two servers cannot be told apart.
///
/// Two signs: sources that name no server and overlap in time, and one server whose own loopback
/// clients are of two versions at once (a server talks to itself under its version; after an
/// upgrade the old version is never seen again).
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

    /// For each client: the version of the server whose loopback client it is, plus 1; 0 for none.
    private var loopbackVersions: [UInt32] = []
    private var versions = Interner()
    /// Under server and version.
    private var loopbacks: [UInt64: Span] = [:]
    private var unnamed: [UInt32: Span] = [:]

    @inline(__always)
    mutating func observe(_ request: borrowing Request, _ names: borrowing Names) {
        if Int(request.client) >= loopbackVersions.count { learn(names) }
        if request.server == 0 {
            let at = request.at
            unnamed[request.source, default: Span(first: at, last: at)].take(at)
        }
        let version = loopbackVersions[Int(request.client)]
        guard version != 0 else { return }
        let key = UInt64(request.server) << 32 | UInt64(version)
        let at = request.at
        loopbacks[key, default: Span(first: at, last: at)].take(at)
    }

    private mutating func learn(_ names: borrowing Names) {
        for client in loopbackVersions.count..<names.clients.count {
            let key = names.clients[UInt32(client)]
            let agent = names.strings[key[1]]
            let prefix = "kube-apiserver/v"
            guard agent.hasPrefix(prefix), names.strings[key[0]] == "system:apiserver" else {
                loopbackVersions.append(0)
                continue
            }
            let version = agent.dropFirst(prefix.count - 1).prefix { $0 != " " }
            loopbackVersions.append(versions.intern(String(version)))
        }
    }

    /// What a person should know, a sentence each.
    func warnings(_ names: Names) -> [String] {
        var warnings: [String] = []
        let spans = unnamed.sorted { $0.key < $1.key }
        for (index, one) in spans.enumerated() {
            guard let other = spans[..<index].first(where: { $0.value.overlaps(one.value) })
            else { continue }
            warnings.append(
                "\(names.sources[other.key]) and \(names.sources[one.key]) name no server and "
                    + "overlap in time: their servers cannot be told apart; give SERVER=PATH")
        }
        let keys = loopbacks.sorted { $0.key < $1.key }
        for (index, one) in keys.enumerated() {
            let other = keys[..<index].first {
                $0.key >> 32 == one.key >> 32 && $0.value.overlaps(one.value)
            }
            guard let other else { continue }
            let server = names.servers[UInt32(one.key >> 32)]
            warnings.append(
                "\(server.isEmpty ? "a log that names no server" : server) shows API servers of two "
                    + "versions at once (\(version(other.key)), \(version(one.key))): the records "
                    + "of several servers are mixed in it and cannot be told apart")
        }
        return warnings
    }

    private func version(_ key: UInt64) -> String { versions[UInt32(truncatingIfNeeded: key)] }
}
