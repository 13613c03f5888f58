import Foundation
import Testing

/// What people have at hand of a running cluster, alone or together, and the cluster itself.
@Suite("kubeskew check of a running cluster")
struct ClusterTests {
    private static let answers = packageRoot + "/Tests/CommandTests/Fixtures/cluster"

    /// Verdicts by server, or by `server>peer`.
    private static func verdicts(_ result: CommandResult) throws -> [String: String] {
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]],
            "\(result)")
        var verdicts: [String: String] = [:]
        for row in rows {
            let peer = (row["peer"] as? String).map { ">\($0)" } ?? ""
            verdicts["\(row["server"] as? String ?? "")\(peer)"] = row["verdict"] as? String
        }
        return verdicts
    }

    private static func check(
        _ files: [String], _ flags: String = "--release 1.36"
    ) throws -> CommandResult {
        let paths = files.map { "'\(answers)/\($0)'" }.joined(separator: " ")
        return try CommandFolder().shell("kubeskew check \(paths) \(flags) -o json")
    }

    @Test(
        "each output that guides tell people to type is read alone",
        arguments: [
            ("command.txt", "command", "active"), ("command-old.txt", "command-old", "partial"),
            ("metrics.txt", "who answered", "unknown"),
            ("metrics-off.txt", "who answered", "inert"),
            ("flagz.txt", "who answered", "active"), ("flagz.json", "who answered", "active"),
            ("statusz.txt", "who answered", "unknown"),
            ("version.json", "who answered", "unknown"),
            ("kubectl-version.txt", "who answered", "unknown"),
            ("leases.json", "cp-1", "unknown"), ("pods.json", "cp-1", "active"),
        ])
    func alone(file: String, server: String, verdict: String) throws {
        let result = try Self.check([file])
        #expect(result.status == 0, "\(result)")
        #expect(try Self.verdicts(result)[server] == verdict, "\(result)")
    }

    @Test("flags and release are read behind any delimiter", arguments: [":", ": ", "=", " "])
    func delimiters(delimiter: String) throws {
        let folder = try CommandFolder()
        let warning = "Warning: This endpoint is not meant to be machine parseable, has no …"
        func check(peerCA: String) throws -> CommandResult {
            let flags = [
                ("advertise-address", "10.0.0.1"), ("authorization-mode", "[Node,RBAC]"),
                ("feature-gates", "kube:UnknownVersionInteroperabilityProxy=true"),
                ("peer-advertise-ip", ""), ("peer-ca-file", peerCA),
                ("proxy-client-cert-file", "c"),
                ("proxy-client-key-file", "k"), ("requestheader-client-ca-file", "r"),
            ].map { "\($0)\(delimiter)\($1)\n" }
            try folder.write("flagz", "\nkube-apiserver flags\n\(warning)\n\n\(flags.joined())")
            try folder.write(
                "statusz",
                """

                kube-apiserver statusz
                \(warning)

                Started\(delimiter) Wed Oct 16 21:03:43 UTC 2024
                Go version\(delimiter) go1.24.4
                Binary version\(delimiter) 1.36.2

                """)
            return try folder.shell("kubeskew check flagz statusz -o json")
        }
        let on = try check(peerCA: "/etc/kubernetes/pki/ca.crt")
        #expect(try Self.verdicts(on) == ["who answered": "active"], "\(on)")
        #expect(on.output.contains("\"release\": \"1.36\""), "\(on)")
        // Nobody set it: it is listed all the same, with nothing behind its name.
        #expect(try Self.verdicts(try check(peerCA: "")) == ["who answered": "partial"])
    }

    @Test("an unknown verdict says what is open and what would tell, and is a warning")
    func unknown() throws {
        let result = try Self.check(["metrics.txt"])
        #expect(result.output.contains("whether it has --peer-ca-file is not known"), "\(result)")
        #expect(result.output.contains("kubectl get --raw /flagz"), "\(result)")
        #expect(try Self.check(["metrics.txt"], "--fail-on warning").status == 3)
    }

    @Test("together they make one picture")
    func together() throws {
        let one = try Self.check(["version.json", "metrics.txt", "flagz.txt"], "")
        #expect(try Self.verdicts(one) == ["who answered": "active"], "\(one)")
        #expect(one.output.contains("\"release\": \"1.36\""), "\(one)")
        let command = try Self.check(["command.txt", "kubectl-version.txt"], "")
        #expect(try Self.verdicts(command) == ["command": "active"], "\(command)")
        #expect(command.output.contains("\"release\": \"1.36\""), "\(command)")
        let pods = try Self.check(["pods.json", "leases.json", "version.json"], "")
        let verdicts = try Self.verdicts(pods)
        #expect(verdicts["cp-1"] == "active" && verdicts["cp-2"] == "unknown", "\(pods)")
        #expect(verdicts["cp-1>cp-2"] == "unknown", "\(pods)")
    }

    @Test("without a file the cluster is asked, by get alone, in the context that is named")
    func cluster() throws {
        let folder = try CommandFolder()
        let run = "PATH='\(Self.answers)':$PATH ANSWERS='\(Self.answers)' kubeskew check"
        let result = try folder.shell("\(run) --context prod -n control -o json; cat calls.log >&2")
        let verdicts = try Self.verdicts(result)
        #expect(verdicts["cp-1"] == "active" && verdicts["cp-2"] == "unknown", "\(result)")
        #expect(verdicts["cp-2>cp-1"] == "unknown", "\(result)")
        #expect(result.errors.contains("not told: kubectl get --raw /flagz: "), "\(result)")
        let calls = result.errors.split(separator: "\n").filter { $0.hasPrefix("--context") }
        #expect(calls.count == 6, "\(result)")
        #expect(
            calls.allSatisfy { $0.hasPrefix("--context prod --request-timeout=10s get ") },
            "\(result)")
        #expect(calls.contains { $0.contains("pods -n control ") }, "\(result)")
    }

    @Test("a cluster that does not answer, or no kubectl, is told with what to do instead")
    func silent() throws {
        let folder = try CommandFolder()
        try folder.write("empty/x", "")
        let mute = try folder.shell(
            "PATH='\(Self.answers)':$PATH ANSWERS=empty kubeskew check")
        #expect(mute.status == 1, "\(mute)")
        #expect(mute.errors.contains("the cluster told nothing: kubectl get pods"), "\(mute)")
        let none = try folder.shell("PATH=/nowhere kubeskew check")
        #expect(none.status == 1 && none.errors.contains("cannot run kubectl: "), "\(none)")
        #expect(none.errors.contains("files may be given instead"), "\(none)")
    }
}
