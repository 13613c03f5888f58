import ControlPlane
import KubeAPI
import Recording

extension RecordingWriter {
    /// Ends the writing, with the processes of every server found anew in all of the recording.
    ///
    /// Costs two scans of the requests, on all processors.
    func finishWithProcesses() throws(RecordingError) -> (Summary, [ServerProcess]) {
        var processes: [ServerProcess] = []
        let summary = try finish { recording throws(RecordingError) in
            processes = try recording.inferProcesses()
            try recording.store(processes)
            try recording.readShapesAnew(processes)
        }
        return (summary, processes)
    }
}

extension Recording {
    /// The processes that the recording shows, by server and time.
    fileprivate func inferProcesses() throws(RecordingError) -> [ServerProcess] {
        let sightings = try selfSightings()
        let quiet = try serverNames().enumerated().map { id, name in
            ServerActivity(
                name: name,
                processes: ProcessInference.processes(
                    of: name, sightings: sightings[Int64(id)] ?? []))
        }
        let parts = try observeRequests(quiet) { servers, sign in
            guard servers.indices.contains(sign.server) else { return }
            servers[sign.server].observe(sign.at, isOpenWatch: sign.isOpenWatch)
        }
        var processes = ServerActivity.joined(parts, startingWith: quiet)
            .filter { $0.firstAt <= $0.lastAt }
            .sorted { $0.name < $1.name }.flatMap { $0.settled() }
        let nameless = processes.filter { $0.version.isEmpty && !$0.server.isEmpty }
        let later = try serversOfBareStatus(among: Set(nameless.map(\.server)))
        for index in processes.indices
        where processes[index].version.isEmpty && later.contains(processes[index].server) {
            processes[index].isShownByStatus()
        }
        return processes
    }
}
