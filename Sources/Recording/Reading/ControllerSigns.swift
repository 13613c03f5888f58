import KubeAPI
import SQLiteKit

/// A request by which a controller shows that it started, or that it leads.
public struct ControllerSign: Sendable {
    public var at: Int64
    /// The lease's name, or that of the account whose token was fetched.
    public var name: String
    public var isLease: Bool
    public var server: String
    public var user: String
    public var userAgent: String
    public var sourceIP: String

    public init(
        at: Int64, name: String, isLease: Bool, server: String, user: String, userAgent: String,
        sourceIP: String
    ) {
        self.at = at
        self.name = name
        self.isLease = isLease
        self.server = server
        self.user = user
        self.userAgent = userAgent
        self.sourceIP = sourceIP
    }
}

extension Recording {
    private static let leases = [
        "kube-controller-manager", "kube-scheduler", "cloud-controller-manager",
    ]
    /// The account whose token a controller-manager fetches when it starts its collector.
    private static let account = "generic-garbage-collector"
    /// Of a recording of months the first.
    private static let mostSigns = 200_000

    private struct SignRow: Sendable {
        var at: Int64
        var server: Int64
        var client: Int64
        var name: Int64
        var isLease: Bool
    }

    /// Successful writes to the leases of the control plane's controllers, and the fetches of the
    /// token that a starting controller-manager makes; in the order of time.
    public func controllerSigns() throws(RecordingError) -> [ControllerSign] {
        let leases = try ids(ofResource: "leases", subresource: "")
        let tokens = try ids(ofResource: "serviceaccounts", subresource: "token")
        let names = try names(Recording.leases + [Recording.account])
        guard !names.isEmpty, !leases.isEmpty || !tokens.isEmpty else { return [] }
        let accounts = Set(names.filter { $0.value == Recording.account }.keys)
        let parts = try scanRequests { recording, ids throws(RecordingError) in
            var found: [SignRow] = []
            let columns = [
                "resource", "status", "verb", "name", "at_ns", "server", "client", "origin",
            ]
            try recording.scan(columns, of: ids) { rows in
                for row in 0..<rows.count where rows[row, 7] < 0 {
                    let isLease = leases.contains(rows[row, 0])
                    guard isLease || tokens.contains(rows[row, 0]),
                        (200..<300).contains(rows[row, 1]), names[rows[row, 3]] != nil,
                        accounts.contains(rows[row, 3]) != isLease
                    else { continue }
                    switch rows.verb(row, 2) {
                    case .create: break
                    case .update, .patch: if !isLease { continue }
                    default: continue
                    }
                    found.append(
                        SignRow(
                            at: rows.instant(row, 4), server: rows[row, 5], client: rows[row, 6],
                            name: rows[row, 3], isLease: isLease))
                }
            }
            return found
        }
        let rows = parts.joined().sorted { $0.at < $1.at }.prefix(Recording.mostSigns)
        return try signs(Array(rows), names)
    }

    private func signs(
        _ found: [SignRow], _ names: [Int64: String]
    ) throws(RecordingError) -> [ControllerSign] {
        let servers = try serverNames()
        let clients = try clients(Set(found.map(\.client)))
        return found.map { row in
            let client = clients[row.client] ?? ["", "", ""]
            let server = Int(row.server)
            return ControllerSign(
                at: row.at, name: names[row.name] ?? "", isLease: row.isLease,
                server: servers.indices.contains(server) ? servers[server] : "",
                user: client[0], userAgent: client[1], sourceIP: client[2])
        }
    }

    private func ids(
        ofResource resource: String, subresource: String
    ) throws(RecordingError) -> Set<Int64> {
        Set(
            try rows(
                "SELECT id FROM resource WHERE resource = ? AND subresource = ?",
                [.text(resource), .text(subresource)]
            ) { $0.integer(0) })
    }

    /// By id, those of some texts that are there.
    private func names(_ texts: [String]) throws(RecordingError) -> [Int64: String] {
        let list = texts.map { "'\($0)'" }.joined(separator: ", ")
        let found = try rows("SELECT id, text FROM string WHERE text IN (\(list))") {
            ($0.integer(0), $0.text(1))
        }
        return Dictionary(found) { first, _ in first }
    }

    private func clients(_ ids: Set<Int64>) throws(RecordingError) -> [Int64: [String]] {
        let list = ids.sorted().map(String.init).joined(separator: ", ")
        let found = try rows(
            "SELECT id, user, user_agent, source_ip FROM client WHERE id IN (\(list))"
        ) { ($0.integer(0), [$0.text(1), $0.text(2), $0.text(3)]) }
        return Dictionary(found) { first, _ in first }
    }
}
