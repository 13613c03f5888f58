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
            let lives = try recording.serverLives()
            processes = lives.processes
            try recording.store(processes)
            try recording.readShapesAnew(processes)
            try recording.forgetShapes(ofServers: lives.wordless)
        }
        return (summary, processes)
    }
}

/// What all requests show of the servers of a recording.
private struct ServerLives {
    /// By server and time.
    var processes: [ServerProcess] = []
    /// The servers whose logs keep of an answer the code alone.
    var wordless: Set<Int> = []
}

extension Recording {
    fileprivate func serverLives() throws(RecordingError) -> ServerLives {
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
            if sign.lacksWords { servers[sign.server].lacksWords = true }
        }
        let activities = ServerActivity.joined(parts, startingWith: quiet)
        var lives = ServerLives()
        lives.wordless = Set(activities.indices.filter { activities[$0].lacksWords })
        var processes =
            activities
            .filter { $0.firstAt <= $0.lastAt }
            .sorted { $0.name < $1.name }.flatMap { $0.settled() }
        let nameless = processes.filter { $0.version.isEmpty && !$0.server.isEmpty }
        let later = try serversOfBareStatus(among: Set(nameless.map(\.server)))
        for index in processes.indices
        where processes[index].version.isEmpty && later.contains(processes[index].server) {
            processes[index].isShownByStatus()
        }
        lives.processes = processes
        return lives
    }
}
