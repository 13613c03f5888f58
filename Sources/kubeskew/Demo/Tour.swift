import Analysis
import Capture
import Configuration
import ControlPlane
import Glibc
import Output
import Report

/// The bundled incident as a tour: each command is shown, run and heard out, in its own folder.
struct Tour {
    private let captures: String
    private let folder: String
    private let output: StandardOutput
    private let paint: Paint
    private let tool: String

    private static let proxyFlags = [
        "--feature-gates=UnknownVersionInteroperabilityProxy=true", "--peer-ca-file=ca.crt",
    ]

    init(captures: String, folder: String, output: StandardOutput, paint: Paint) throws {
        self.captures = captures
        self.folder = folder
        self.output = output
        self.paint = paint
        tool = try DemoCaptures.absolute("/proc/self/exe")
    }

    func run() throws {
        guard chdir(folder) == 0 else {
            throw Failure("cannot work in \(folder): \(String(cString: strerror(errno)))")
        }
        say("The audit logs of three API servers, upgraded from 1.35 to 1.36 without the proxy.")
        let logs = (1...3).map { "cp-\($0)=\(captures)/audit-cp-\($0).log.gz" }
        try command(["capture", "audit", "incident.db"] + logs)
        say("Which server ran which release, from what the servers asked of themselves:")
        try command(["servers", "incident.db", "--columns", "server,version,from_at,until_at"])
        say("Every request, judged by what the control plane was at that instant:")
        try command(["replay", "incident.db"])
        say("What the garbage collector did with the wrong answers:")
        try command(["findings", "incident.db", "--kind", "wrong-gc"])
        try askAgain()
        say("Both, as one page:")
        try command([
            "report", "incident.db", "--run", "as-recorded", "--run", "with-proxy", "--html",
            "report.html",
        ])
        try conclude()
    }

    /// What the page says first, and where it is.
    private func conclude() throws {
        let page = try ReportReading(path: "incident.db", madeAt: wallClockNanoseconds())
            .page(ofRuns: ["as-recorded", "with-proxy"])
        output.write("\n")
        for (label, run) in zip(["As it happened:", "With the proxy:"], page.runs) {
            output.write("\(paint(.bold, label)) \(displaySafe(Headline(run).sentence))\n")
        }
        output.write("\(paint(.bold, "Report:")) \(displaySafe(folder))/report.html\n")
    }

    /// The same requests against the same control plane, with the proxy on.
    private func askAgain() throws {
        say("The same requests, had the proxy been on; the control plane as it was:")
        try command(["scenario", "incident.db"], into: "as-recorded.yaml")
        try writeScenario()
        say("with-proxy.yaml is the same with \(Tour.proxyFlags.joined(separator: " ")).")
        try command(["replay", "incident.db", "--scenario", "with-proxy.yaml"])
        try command(["findings", "incident.db", "--run", "with-proxy", "--kind", "wrong-gc"])
    }

    private func writeScenario() throws {
        let bytes = try WholeFile("as-recorded.yaml").bytes
        let reading = ScenarioFile.read(bytes, fileName: "as-recorded.yaml", origin: nil)
        guard reading.isUsable else { throw Failure("as-recorded.yaml cannot be read back") }
        var scenario = reading.scenario
        scenario.name = "with-proxy"
        for server in scenario.servers.indices {
            for process in scenario.servers[server].processes.indices {
                scenario.servers[server].processes[process].flags = Tour.proxyFlags
            }
        }
        let text = ScenarioFile.text(of: scenario, origin: reading.origin)
        let file = try OutputFile("with-proxy.yaml", reading: ["as-recorded.yaml"])
        try file.write(Array(text.utf8))
        try file.commit()
    }

    // MARK: Commands

    private func say(_ line: String) {
        output.write("\n" + paint(.dim, "# " + displaySafe(line)) + "\n")
    }

    private func command(_ words: [String], into file: String? = nil) throws {
        let shown = (["kubeskew"] + words.map(shellWord)).joined(separator: " ")
        let redirection = file.map { " > \($0)" } ?? ""
        output.write(paint(.bold, "$ " + displaySafe(shown + redirection)) + "\n")
        guard output.flush(), !output.isClosed else { throw Interrupted() }
        let status = try child(words, into: file)
        // Findings are what the demo is about, and no failure.
        let fine: [ExitStatus] = [.done, .findings, .insufficientEvidence]
        guard fine.contains(where: { $0.rawValue == status }) else {
            if status == ExitStatus.interrupted.rawValue { throw Interrupted() }
            throw Failure("'kubeskew \(words[0])' ended with status \(status)")
        }
    }

    /// Runs this very program; what it prints goes where this one's output goes.
    private func child(_ words: [String], into file: String?) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let file {
            posix_spawn_file_actions_addopen(
                &actions, STDOUT_FILENO, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = (["kubeskew"] + words).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let error = posix_spawn(&process, tool, &actions, nil, arguments, environ)
        guard error == 0 else {
            throw Failure("cannot run \(tool): \(String(cString: strerror(error)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw Failure("lost the command that was running") }
        }
        // A process that a signal ended has its number in the low bits.
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }

    private func shellWord(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (byte >= 48 && byte <= 57) || ((byte | 0x20) >= 97 && (byte | 0x20) <= 122)
                || "-_./=,:@%+".utf8.contains(byte)
        }
        if isPlain, !word.isEmpty { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
