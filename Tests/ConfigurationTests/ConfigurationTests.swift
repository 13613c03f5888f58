import Configuration
import Judgments
import ControlPlane
import KubeAPI
import Reference
import Testing

private func reading(_ name: String) throws -> ConfigurationFile.Reading {
    try ConfigurationFile.read(fixture(name), fileName: "etc/\(name)")
}

private func parsed(_ text: String, file: String = "f") -> ConfigurationFile.Reading {
    ConfigurationFile.read(Array(text.utf8), fileName: file)
}

@Suite("Configured API servers")
struct ConfigurationTests {
    @Test("are found in a kubeadm configuration of v1beta3, among other documents")
    func kubeadmThree() throws {
        let reading = try reading("kubeadm-v1beta3.yaml")
        #expect(reading.problems == [])
        let server = try #require(reading.servers.first)
        #expect(reading.servers.count == 1)
        #expect(server.name == "control-plane" && server.kind == .kubeadm)
        #expect(server.release == Release(minor: 35))
        #expect(
            server.flags == [
                "--feature-gates=UnknownVersionInteroperabilityProxy=true",
                "--peer-ca-file=/etc/kubernetes/pki/ca.crt",
            ])
        #expect(server.flagMarks.map(\.line) == [11, 12])
    }

    @Test("are found under v1beta4 with a mapping, which kubeadm refuses, and so does the warning")
    func kubeadmFour() throws {
        let reading = try reading("kubeadm-v1beta4-mapping.yaml")
        #expect(
            reading.problems.map(\.description) == [
                "etc/kubeadm-v1beta4-mapping.yaml:5:3: warning: featureGates: these are kubeadm's"
                    + " own gates: the API server's go to apiServer.extraArgs, feature-gates",
                "etc/kubeadm-v1beta4-mapping.yaml:8:5: warning: apiServer.extraArgs: v1beta4 wants"
                    + " a list of {name: …, value: …} here: kubeadm refuses a mapping",
            ])
        #expect(reading.servers.first?.release == Release(minor: 36))
        #expect(reading.servers.first?.flags == ["--peer-ca-file=/etc/kubernetes/pki/ca.crt"])
    }

    @Test("are found inside a config map, at the lines of the file")
    func configMap() throws {
        let reading = try reading("kubeadm-config-map.yaml")
        #expect(reading.problems == [])
        #expect(reading.servers.first?.release == Release(minor: 35))
        #expect(reading.servers.first?.flagMarks == [Mark(line: 14, column: 19)])
    }

    @Test("are found in pods, with the release of the image's tag")
    func pods() throws {
        let reading = try reading("pods.yaml")
        #expect(reading.problems == [])
        #expect(reading.servers.map(\.name) == ["cp-1", "cp-2"])
        #expect(reading.servers.map(\.release?.description) == ["1.36", "1.35"])
        #expect(reading.servers[0].flags[1] == "--peer-ca-file=/etc/kubernetes/pki/ca.crt")
        #expect(reading.servers[0].flagMarks[1].line == 16)
        #expect(reading.servers.map(\.isStrict) == [true, true])
    }

    @Test("are found in a unit file")
    func unit() throws {
        let reading = try reading("kube-apiserver.service")
        #expect(reading.servers.count == 1)
        #expect(reading.servers[0].flags.count == 5)
        #expect(reading.servers[0].flags[2] == "--peer-ca-file=/etc/kubernetes/pki/ca.crt")
        #expect(reading.servers[0].mark.line == 6)
        #expect(
            reading.problems.map(\.message) == [
                "$EXTRA_ARGS is not expanded: give the file that sets it, or the running command"
                    + " line"
            ])
    }

    @Test("are found in the lines of ps, one each, and grep is none")
    func processes() throws {
        let reading = try reading("ps.txt")
        #expect(reading.problems == [])
        #expect(reading.servers.map(\.name) == ["10.0.0.1", "10.0.0.2"])
        #expect(reading.servers.map(\.mark.line) == [2, 3])
        #expect(
            reading.servers[1].flags == ["--advertise-address=10.0.0.2", "--peer-ca-file=ca.crt"])
    }

    @Test("are found in an argument vector, and in a file of nothing but flags")
    func bare() {
        let vector = parsed("/usr/bin/kube-apiserver\0--v=2\0--peer-ca-file=a b\0")
        #expect(vector.servers.first?.flags == ["--v=2", "--peer-ca-file=a b"])
        let variable = parsed(
            "KUBE_API_ARGS=\"--v=2 --peer-ca-file ca.crt\"\n", file: "etc/cp-7.env")
        #expect(variable.servers.first?.flags == ["--v=2", "--peer-ca-file=ca.crt"])
        #expect(variable.servers.first?.name == "cp-7")
    }

    @Test("are found in a shell's script inside a pod")
    func script() {
        let reading = parsed(
            """
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                  - {image: "x/kube-apiserver:v1.36.0", command: [/bin/sh, -c, "exec kube-apiserver --v=2 --a b"]}
            """)
        #expect(reading.servers.first?.flags == ["--v=2", "--a=b"])
        #expect(reading.servers.first?.release == Release(minor: 36))
    }

    @Test("are found in a scenario, one for each process, refused or not")
    func scenarioFile() {
        let reading = parsed(
            scenario(
                """
                a:
                    timeline:
                      - {at: 0s, start: "1.35", flags: [--peer-ca-file=ca.crt]}
                      - {at: 1m, stop: crash}
                      - {at: 2m, start: "1.36"}
                """))
        #expect(reading.problems == [])
        #expect(reading.servers.map(\.release?.description) == ["1.35", "1.36"])
        #expect(!reading.servers[0].coexists(with: reading.servers[1]))
    }

    @Test("of several files have names of their own")
    func names() {
        func file(_ path: String) -> [ConfiguredServer] {
            parsed("kube-apiserver --v=2", file: path).servers
        }
        func names(_ paths: String...) -> [String] {
            ConfigurationFile.distinct(paths.flatMap(file)).map(\.name)
        }
        #expect(names("a/cp-1.txt", "a/cp-2.txt") == ["cp-1", "cp-2"])
        #expect(names("cp-1/ps.txt", "cp-2/ps.txt") == ["cp-1/ps", "cp-2/ps"])
        #expect(names("ps.txt", "ps.txt") == ["ps", "ps#2"])
    }

    @Test(
        "that are not there, or not readable, are a problem with its place",
        arguments: [
            ("", "1:1: error: nothing here starts a kube-apiserver"),
            ("hello\n", "1:1: error: nothing here starts a kube-apiserver"),
            ("kind: Pod\n", "1:1: error: nothing here starts a kube-apiserver"),
            ("kind: [\n", "2:1: error: not YAML: "),
            ("kind: ClusterConfiguration\n", "1:1: error: expected apiVersion kubeadm.k8s.io"),
            (
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n"
                    + "  extraArgs:\n  - {nmae: v, value: \"2\"}\n",
                "5:5: error: apiServer.extraArgs[0]: key \"name\" is missing"
            ),
            (
                "kind: ConfigMap\ndata:\n  ClusterConfiguration: |\n    a: [\n",
                "5:5: error: data.ClusterConfiguration: not YAML: "
            ),
        ])
    func bad(text: String, problem: String) {
        let problems = parsed(text).problems.map(\.description)
        #expect(problems.first?.hasPrefix("f:\(problem)") ?? false, "\(problems)")
    }

    @Test("are looked for in anything without a trap", arguments: 0..<400)
    func fuzz(seed: Int) throws {
        var random = Draws(seed: UInt64(seed))
        let names = [
            "kubeadm-v1beta3.yaml", "kubeadm-config-map.yaml", "pods.yaml",
            "kube-apiserver.service", "ps.txt",
        ]
        var bytes = try fixture(names[seed % names.count])
        for _ in 0..<Int.random(in: 1...12, using: &random) { mutate(&bytes, &random) }
        let reading = ConfigurationFile.read(bytes, fileName: "f")
        #expect(!reading.servers.isEmpty || !reading.problems.isEmpty)
        for server in reading.servers { #expect(server.flags.count == server.flagMarks.count) }
        _ = ActivationCheck.rows(reading.servers, releases: [])
    }
}

@Suite("The check")
struct ActivationCheckTests {
    private func rows(_ name: String, _ releases: Int...) throws -> [ActivationCheck.Row] {
        ActivationCheck.rows(
            try reading(name).servers, releases: releases.map(Release.init(minor:)))
    }

    private func summary(_ row: ActivationCheck.Row) -> String {
        let server = row.peer.map { "\(row.server)>\($0)" } ?? row.server
        let release = row.peerRelease.map { "\(row.release)>\($0)" } ?? row.release
        return "\(server) \(release) \(row.state) \(row.level)"
    }

    @Test("judges each server and each directed pair")
    func pairs() throws {
        let rows = try rows("pods.yaml")
        #expect(
            rows.map(summary) == [
                "cp-1 1.36 active none", "cp-2 1.35 inert warning",
                "cp-1>cp-2 1.36>1.35 inert note", "cp-2>cp-1 1.35>1.36 inert note",
            ])
        #expect(rows[0].advice?.contains("only if the 1.35 servers run with") ?? false)
        #expect(rows[1].advice?.contains("before the first of them is upgraded") ?? false)
    }

    @Test("shows what a default upgrade from 1.35 to 1.36 is worth")
    func defaultUpgrade() throws {
        let rows = try rows("kubeadm-v1beta4-mapping.yaml", 35, 36)
        #expect(
            rows.map(summary) == [
                "control-plane 1.35 refused error", "control-plane 1.36 active none",
                "control-plane>control-plane 1.35>1.35 refused note",
                "control-plane>control-plane 1.35>1.36 refused note",
                "control-plane>control-plane 1.36>1.35 refused note",
                "control-plane>control-plane 1.36>1.36 active none",
            ])
    }

    @Test("names the releases that behave alike where the file names none")
    func unknownRelease() throws {
        let rows = try rows("kube-apiserver.service")
        #expect(
            rows.map(summary) == [
                "kube-apiserver 1.28-1.32 inert warning", "kube-apiserver 1.33-1.34 active none",
                "kube-apiserver 1.35-\(Release.known.upperBound) active none",
            ])
        #expect(rows.map(\.line) == [6, 6, 6])
        #expect(rows[0].facts.contains("F2.7"))
    }

    @Test("points at the flag that it is about")
    func lines() throws {
        let rows = try rows("kubeadm-config-map.yaml")
        #expect(rows.first?.state == .refused)
        #expect(rows.first?.line == 14)
        #expect(rows.first?.facts == ["F2.4"])
    }

    @Test("never pairs processes of a scenario that do not meet")
    func scenarioPairs() throws {
        let servers = try reading("upgrade.yaml").servers
        let rows = ActivationCheck.rows(servers, releases: [Release(minor: 30)])
        #expect(rows.filter { $0.peer == nil }.count == 6)
        let pairs = rows.filter { $0.peer != nil }.map {
            "\($0.server) \($0.peer ?? "") \($0.release) \($0.peerRelease ?? "")"
        }
        #expect(pairs.contains("cp-3 cp-1 1.36 1.35"))
        #expect(!pairs.contains("cp-3 cp-1 1.35 1.36"))
    }
}
