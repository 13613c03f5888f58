import Configuration
import Foundation
import Testing

@Suite("kubeskew check")
struct CheckTests {
    private static let kubeadm = """
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        kubernetesVersion: v1.36.0
        apiServer:
          extraArgs:
          - name: peer-ca-file
            value: /etc/kubernetes/pki/ca.crt

        """

    private static func rows(_ result: CommandResult) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]],
            "\(result)")
    }

    @Test("says of each server and pair whether the proxy is active, why, and what to do")
    func rows() throws {
        let folder = try CommandFolder()
        try folder.write("kubeadm.yaml", Self.kubeadm)
        let result = try folder.run("check", "kubeadm.yaml", "-o", "json")
        #expect(result.status == 0, "\(result)")
        let rows = try Self.rows(result)
        #expect(rows.map { $0["verdict"] as? String } == ["active", "active"])
        #expect(rows[0]["peer"] is NSNull && rows[1]["peer"] as? String == "control-plane")
        #expect((rows[0]["advice"] as? String)?.contains("gate is off by default") ?? false)
    }

    @Test("judges an upgrade by several releases, and a refusal is a finding")
    func releases() throws {
        let folder = try CommandFolder()
        try folder.write("kubeadm.yaml", Self.kubeadm)
        let words = ["check", "kubeadm.yaml", "--release", "1.35", "--release", "1.36", "-o"]
        let line = "kubeskew \(words.joined(separator: " "))"
        let json = try folder.shell("\(line) json")
        #expect(json.status == 3, "\(json)")
        #expect(try Self.rows(json)[0]["line"] as? Int == 6, "\(json)")
        #expect(try folder.shell("\(line) json --fail-on none").status == 0)
        let github = try folder.shell("\(line) github")
        #expect(
            github.output.contains("::error file=kubeadm.yaml,line=6"), "\(github)")
        for format in ["sarif", "junit"] {
            let result = try folder.shell("\(line) \(format)")
            #expect(result.status == 3 && result.output.contains("proxy-refused"), "\(result)")
        }
    }

    @Test("takes an inert proxy for a warning")
    func inert() throws {
        let folder = try CommandFolder()
        let pipe = "echo 'kube-apiserver --v=2' | kubeskew check - --release 1.35"
        #expect(try folder.shell(pipe).status == 0)
        let result = try folder.shell("\(pipe) --fail-on warning")
        #expect(result.status == 3, "\(result)")
        #expect(result.output.contains("inert"), "\(result)")
        #expect(result.errors.contains("1 judged: 1 inert"), "\(result)")
        #expect(try folder.shell("\(pipe) -q").errors.isEmpty)
    }

    @Test("reads the other files when one cannot be read, and fails")
    func unreadable() throws {
        let folder = try CommandFolder()
        try folder.write("kubeadm.yaml", Self.kubeadm)
        try folder.write("bad.yaml", "kind: [\n")
        let result = try folder.run("check", "gone.yaml", "bad.yaml", "kubeadm.yaml", "-o", "csv")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("control-plane"), "\(result)")
        #expect(result.errors.contains("bad.yaml:2:1: error: not YAML"), "\(result)")
        #expect(result.errors.contains("cannot read gone.yaml"), "\(result)")
    }

    @Test("is wrong usage with a release that is not known")
    func usage() throws {
        let folder = try CommandFolder()
        #expect(try folder.run("check", "a", "--release", "1.27").status == 2)
    }
}

@Suite("kubeskew scenario")
struct ScenarioVerbTests {
    private static let short = """
        apiVersion: kubeskew.dev/v1alpha1
        kind: Scenario
        upgrade: {from: "1.35", to: "1.36", servers: [a, b], start: 10m, down: 6s, ready: 5s}

        """

    @Test("--check prints the normal form, which checks as itself")
    func normalForm() throws {
        let folder = try CommandFolder()
        try folder.write("short.yaml", Self.short)
        let result = try folder.run("scenario", "--check", "short.yaml")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        #expect(result.output.contains("- {at: 10m6s, start: \"1.36\", ready: 5s, flags: []}"))
        try folder.write("full.yaml", result.output)
        let again = try folder.run("scenario", "--check", "full.yaml")
        #expect(again.output == result.output && again.status == 0, "\(again)")
    }

    @Test("--check names file, line and key of every error, and prints nothing else")
    func errors() throws {
        let folder = try CommandFolder()
        try folder.write("bad.yaml", Self.short + "sede: 2\nentry: nowhere\n")
        let result = try folder.run("scenario", "--check", "bad.yaml")
        #expect(result.status == 1 && result.output.isEmpty, "\(result)")
        #expect(
            result.errors.split(separator: "\n").map(String.init) == [
                "bad.yaml:4:1: error: sede: unknown key \"sede\": did you mean \"seed\"?",
                "bad.yaml:5:8: error: entry: expected recorded, uniform or {weights: {…}}, found"
                    + " \"nowhere\"",
                "kubeskew: bad.yaml has 2 errors",
            ], "\(result)")
    }

    @Test("--check reads standard input, and says when there is no such file")
    func inputs() throws {
        let folder = try CommandFolder()
        try folder.write("short.yaml", Self.short)
        let piped = try folder.shell("kubeskew scenario --check - < short.yaml")
        #expect(piped.status == 0 && piped.output.contains("servers:"), "\(piped)")
        #expect(try folder.run("scenario", "--check", "gone.yaml").status == 1)
        #expect(try folder.run("scenario", "--check").status == 2)
    }
}
