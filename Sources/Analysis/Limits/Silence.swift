import Bytes
import ControlPlane
import Judgments
import KubeAPI

/// A server that said nothing for a while, neither stopping nor starting, while others went on.
///
/// A server that says nothing is not a server that serves: what it would have answered is open.
struct Silence: Sendable, Equatable {
    var server: String
    var from: Int64
    var until: Int64

    /// Servers renew their leases every ten seconds, and are mostly asked more often than that.
    private static let length: Int64 = 60_000_000_000

    var evidence: Evidence {
        Evidence(
            .silentServer, .weakens, subject: server,
            summary: "\(server) shows no sign of life from \(RFC3339.text(from)) to "
                + RFC3339.text(until),
            effect: "what it would have answered then is open",
            remedy: "capture the whole of its log")
    }

    /// The longest of each server.
    static func all(_ evidence: RecordedEvidence) -> [Silence] {
        evidence.servers.filter { !$0.isEmpty }.compactMap { server in
            guard let signs = evidence.signsOfLife[server] else { return nil }
            let stops = evidence.processes.filter { $0.server == server }
                .compactMap(\.stoppedAt).sorted()
            let pauses = signs.pauses(in: evidence.firstAt...evidence.lastAt, over: length)
            let longest = pauses.filter { pause in
                // Who is known to have stopped is not silent.
                let next = stops.partitioningIndex { $0 >= pause.lowerBound - 1_000_000_000 }
                return next == stops.count || stops[next] > pause.upperBound
            }.max { $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound }
            return longest.map {
                Silence(server: server, from: $0.lowerBound, until: $0.upperBound)
            }
        }
    }
}
