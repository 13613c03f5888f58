import Capture

/// The recording that queries are tried on: `Fixtures/incident`, three servers in an upgrade.
///
/// In it cp-3 becomes 1.36 first; a route-level 404 makes the garbage collector delete two
/// ConfigMaps and the namespace controller leave a kind behind; one request is forwarded, one
/// loops, and one client has a hostile name.
enum IncidentRecording {
    static func make(at path: String) throws {
        let inputs = ["cp-1", "cp-2", "cp-3"].map { (server: String) in
            CaptureInput(
                path: "\(packageRoot)/Tests/CommandTests/Fixtures/incident/\(server).log",
                server: server)
        }
        _ = try captureAudit(inputs: inputs, into: path)
    }
}
