import Analysis
import Arguments
import Configuration
import ControlPlane
import KubeAPI
import Output

extension Command {
    private static let release = Flag(
        "release", .text("RELEASE"), repeats: true,
        help: "Judge by this release instead of what the files say; several for an upgrade")

    private static let file = Flag(
        "filename", short: "f", .file("FILE"), repeats: true, help: "A file, as kubectl has it")

    static let check = Command(
        usage: VerbUsage(
            "check", summary: "Says whether the Mixed Version Proxy is active with these flags",
            text: """
                Reads how API servers are configured, and says of each server and of each directed \
                pair of servers whether the proxy works there: 'active', 'partial', 'inert' or \
                'refused' (kube-apiserver does not start), why, and what to do about it. F and V \
                numbers name the facts that this rests on; 'explain' prints them.

                A file may be a kubeadm ClusterConfiguration or the config map that holds it, a \
                static pod's manifest or what 'kubectl get pod -o yaml' prints, a pod's command \
                as -o jsonpath prints it, a systemd unit, lines of ps, /proc/PID/cmdline, a \
                scenario, identity leases, or what an API server answers to /version, /metrics, \
                /flagz or /statusz; several are read together. Of a server whose release is not \
                known, every known one is judged; where its flags are not known the verdict may \
                be 'unknown', with what would tell.

                Without a file, asks the cluster of the current context through the kubectl on \
                the PATH, and changes nothing there: pods and leases of API servers, /version, \
                /metrics, /flagz and /statusz.

                A server that would not start counts as an error, one where the proxy does not do \
                all it can as a warning.
                """,
            arguments: [Argument("FILE", .any, help: "a file; - for standard input")],
            flags: [file, Cluster.context, Cluster.namespace, release, Flags.failOn]
                + Flags.rowsOrResults,
            example: Example(
                "kubectl get pod -n kube-system -l component=kube-apiserver -o yaml | "
                    + "kubeskew check -", "The control plane that runs now:"))
    ) { context in
        let releases = try context.arguments.texts(release).map(knownRelease)
        let (readings, failures) = try readings(context)
        let servers = ConfigurationFile.joined(
            readings.flatMap(\.servers), readings.flatMap(\.answers))
        let rows = ActivationCheck.rows(servers, releases: releases)
        if !rows.isEmpty { try print(rows, context) }
        if !failures.isEmpty { throw Failure(failures.joined(separator: "; ")) }
        let threshold = context.arguments.text(Flags.failOn) ?? "error"
        let isReached = rows.contains { $0.reaches(threshold) }
        return isReached ? .findings : .done
    }

    private static func readings(
        _ context: Context
    ) throws -> ([ConfigurationFile.Reading], failures: [String]) {
        let paths = context.arguments.arguments("FILE") + context.arguments.texts(file)
        if paths.isEmpty { return (try Cluster(context).readings(), []) }
        var readings: [ConfigurationFile.Reading] = []
        var failures: [String] = []
        for path in paths {
            do {
                let reading = ConfigurationFile.read(try WholeFile(path).bytes, fileName: path)
                complain(of: reading.problems)
                readings.append(reading)
                if reading.problems.contains(where: { $0.severity == .error }) {
                    failures.append("\(path) has errors")
                }
            } catch let failure as Failure {
                failures.append(failure.message)
            }
        }
        return (readings, failures)
    }

    private static func knownRelease(_ text: String) throws -> Release {
        guard let release = Release(text), Release.known.contains(release) else {
            throw UsageError(
                "--release takes a release from \(Release.known.lowerBound) to"
                    + " \(Release.known.upperBound), not '\(text)'",
                hint: "Run 'kubeskew check --help' for its usage.")
        }
        return release
    }

    // MARK: Output

    private static func print(_ rows: [ActivationCheck.Row], _ context: Context) throws {
        if let format = context.resultFormat {
            context.output.write(
                render(rows.compactMap(\.result), from: ActivationCheck.source, as: format))
            return
        }
        try context.printRows(rows.map(\.cells), columns: ActivationCheck.columns)
        if context.isForPerson {
            for line in ActivationCheck.summary(rows) { context.terminal.note(line) }
        }
    }
}
