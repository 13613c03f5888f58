import Bytes
import KubeAPI
import Recording

/// What a person says of the control plane that no log shows.
public struct Assumptions: Sendable {
    /// How many API servers there were.
    public var serverCount: Int?
    /// Names in the recording by names in the scenario; an empty one: its log is not there.
    public var serverNames: [String: String] = [:]
    /// In a what-if the new release's components ask too, though nobody recorded them.
    public var predictsDemand = true

    public init() {}
}

extension RecordingLimits {
    init(_ outline: RecordedOutline) throws {
        self = try outline.snapshot.read { try RecordingLimits($0, outline.names) }
        processes = try outline.processes()
        clocks = ClockLimits(outline.clocks, outline.names)
    }

    private init(_ recording: borrowing Recording, _ names: Names) throws {
        coverage = try recording.coverage()
        let servers = try recording.serverNames()
        for row in coverage where servers.indices.contains(Int(row.server)) {
            requests[servers[Int(row.server)], default: 0] += row.requests
        }
        isIncomplete = try recording.isIncomplete()
        rejects = try recording.rejectCount()
        seesControllersRead = try recording.hasReads(byClients: names.controllers)
    }
}

extension Names {
    /// The clients that are controllers of the control plane.
    fileprivate var controllers: [UInt32] {
        (0..<UInt32(clamping: clients.count)).filter { id in
            let user = strings[clients[id].user]
            return user.hasPrefix("system:serviceaccount:kube-system:")
                || user == "system:kube-controller-manager"
        }
    }
}
