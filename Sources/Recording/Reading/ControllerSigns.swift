import KubeAPI
import SQLiteKit

/// A request by which a controller shows that it started, or that it leads.
public struct ControllerSign: Sendable {
    public var at: Int64
    /// When its client renewed the lease last, without a pause and without another's write.
    public var until: Int64
    /// The lease's name, or that of the account whose token was fetched.
    public var name: String
    public var isLease: Bool
    public var server: String
    public var user: String
    public var userAgent: String
    public var sourceIP: String

    public init(
        at: Int64, until: Int64? = nil, name: String, isLease: Bool, server: String, user: String,
        userAgent: String,
        sourceIP: String
    ) {
        self.at = at
        self.until = until ?? at
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
    /// Leases change hands far less often; of more the first.
    public static let mostSigns = 200_000

    private struct SignRow: Sendable {
        var at: Int64
        var until: Int64
        var server: Int64
        var client: Int64
        var name: Int64
        var isLease: Bool

        /// Whether it is the same client's, through the same server, before it pauses.
        func isRenewed(by next: SignRow, within pause: Int64) -> Bool {
            next.client == client && next.server == server && next.at &- until <= pause
        }
    }

    /// Successful writes to the leases of the control plane's controllers, and the fetches of the
    /// token that a starting controller-manager makes; in the order of time.
    ///
    /// - Parameter pause: writes of one client that follow each other within it are one sign.
    public func controllerSigns(
        renewedWithin pause: Int64, atMost most: Int = mostSigns
    ) throws(RecordingError) -> [ControllerSign] {
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
                            at: rows.instant(row, 4), until: rows.instant(row, 4),
                            server: rows[row, 5], client: rows[row, 6],
                            name: rows[row, 3], isLease: isLease))
                }
            }
            return found
        }
        let rows = Recording.spells(parts.joined().sorted { $0.at < $1.at }, pause)
        return try signs(Array(rows.prefix(most)), names)
    }

    /// The signs with one for a lease that a client renewed again and again.
    private static func spells(_ rows: [SignRow], _ pause: Int64) -> [SignRow] {
        var spells: [SignRow] = []
        /// By the name of a lease, who wrote it last.
        var places: [Int64: Int] = [:]
        for row in rows {
            if row.isLease, let place = places[row.name],
                spells[place].isRenewed(by: row, within: pause)
            {
                spells[place].until = row.at
                continue
            }
            if row.isLease { places[row.name] = spells.count }
            spells.append(row)
        }
        return spells
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
                at: row.at, until: row.until, name: names[row.name] ?? "", isLease: row.isLease,
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
