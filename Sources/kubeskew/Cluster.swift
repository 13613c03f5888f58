import Analysis
import Arguments
import Configuration
import ControlPlane
import Glibc

/// The cluster of a kubeconfig's context, asked through the `kubectl` on the PATH.
///
/// Reads and never writes: `get` is the only verb. What it prints is read as if a person had kept
/// it in files.
struct Cluster {
    static let context = Flag(
        "context", .text("NAME"), help: "Without a file: ask this context of the kubeconfig")
    static let namespace = Flag(
        "namespace", short: "n", .text("NAME"), fallback: "kube-system",
        help: "Without a file: where the pods of API servers are")

    private let terminal: Terminal
    private let global: [String]
    private let namespace: String

    init(_ context: Context) {
        terminal = context.terminal
        let name = context.arguments.text(Cluster.context)
        global = (name.map { ["--context", $0] } ?? []) + ["--request-timeout=10s"]
        namespace = context.arguments.text(Cluster.namespace) ?? "kube-system"
    }

    private var questions: [[String]] {
        [
            ["get", "pods", "-n", namespace, "-l", "component=kube-apiserver", "-o", "json"],
            [
                "get", "leases", "-n", "kube-system", "-l",
                "apiserver.kubernetes.io/identity=kube-apiserver", "-o", "json",
            ],
        ] + ["/version", "/metrics", "/flagz", "/statusz"].map { ["get", "--raw", $0] }
    }

    func readings() throws -> [ConfigurationFile.Reading] {
        var readings: [ConfigurationFile.Reading] = []
        var refusals: [String] = []
        for question in questions {
            try Interrupt.check()
            let line = "kubectl " + question.joined(separator: " ")
            let answer = try Subprocess(program: "kubectl", arguments: global + question).run()
            guard answer.status == 0 else {
                refusals.append("\(line): \(answer.complaint)")
                continue
            }
            let reading = ConfigurationFile.read(answer.output, fileName: line)
            if reading.servers.isEmpty, reading.answers.isEmpty {
                refusals.append("\(line): it tells nothing of an API server")
            } else {
                readings.append(reading)
            }
        }
        guard !readings.isEmpty else {
            throw Failure(
                "the cluster told nothing: \(refusals.first ?? "kubectl printed nothing")",
                hint: "Give what is known of its API servers as files; 'kubeskew check --help' "
                    + "says which.")
        }
        for refusal in refusals { terminal.note("not told: \(refusal)") }
        return readings
    }
}
