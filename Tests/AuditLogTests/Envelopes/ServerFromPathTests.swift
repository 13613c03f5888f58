import AuditLog
import Testing

@Suite("Servers from paths")
struct ServerFromPathTests {
    private static let hex = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    @Test(
        "a path that names a server names it",
        arguments: [
            ("audit-cp-1.log.gz", "cp-1"),
            ("captures/loop/audit-cp-2.log", "cp-2"),
            ("cp-1/audit.log", "cp-1"),
            ("cp-1-audit.log", "cp-1"),
            ("cp-1-kube-apiserver-audit.log.zst", "cp-1"),
            ("kube-apiserver-audit-cp-3.log", "cp-3"),
            ("/backup/cp-1/audit-2026-11-20T21-14-37.123.log.gz", "cp-1"),
            ("/backup/cp-1/var/log/kubernetes/audit/audit.log", "cp-1"),
            ("kind-control-plane/kube-apiserver-audit.log", "kind-control-plane"),
            ("cp-1/audit.log.1", "cp-1"), ("audit-cp-1-2026-11-20.log", "cp-1"),
            (
                "must-gather.local.1/quay-io-x/audit_logs/kube-apiserver/"
                    + "master-0.example.com-audit-2026-11-20T21-14-37.123.log.gz",
                "master-0.example.com"
            ),
            (
                "must-gather.local.1/x/audit_logs/openshift-apiserver/master-1-audit.log.gz",
                "master-1/openshift-apiserver"
            ),
            ("x/audit_logs/oauth-apiserver/master-1-audit.log", "master-1/oauth-apiserver"),
            ("x/audit_logs/etcd/master-1-audit.log", "master-1/etcd"),
            (
                "export/1a2b-3c4d/kube-apiserver-audit-\(hex)/000000.gz",
                "kube-apiserver-audit-\(hex)"
            ),
            ("kube-apiserver-audit-\(hex).log", "kube-apiserver-audit-\(hex)"),
        ])
    func named(_ path: String, _ server: String) {
        #expect(ServerFromPath.server(path: path) == server)
    }

    @Test(
        "a path that names none gives none",
        arguments: [
            "", "/", "-", "audit.log", "/var/log/kubernetes/audit/audit.log",
            "audit-2026-11-20T21-14-37.123.log", "kube-apiserver-audit.log",
            "/var/log/kube-apiserver-audit.log.gz", "audit-log.json", "audit-1.log",
            "/var/lib/rancher/rke2/server/logs/audit.log", "/home/user1/audit.log",
            "kube-apiserver-audit-2026-11-20T21-14-37.123.log", "events.json", "2026-11-20.json",
            "insights-logs-kube-audit/resourceId=/SUBSCRIPTIONS/X/y=2026/m=11/d=20/h=21/m=00/PT1H.json",
            "must-gather.local.123/audit.log", ".gz", "audit", "-audit.log",
            "INC4711/audit.log", "incident-2026-11-20/audit.log", "audit-2026-11-20.log",
            "2026-11-20/audit.log",
        ])
    func unnamed(_ path: String) {
        #expect(ServerFromPath.server(path: path) == nil)
    }

    /// The servers of paths that are read together.
    private func servers(_ paths: [String]) -> [String?] {
        var folders = SiblingFolders()
        for path in paths { folders.add(path: path) }
        return paths.map { ServerFromPath.server(path: $0, siblings: folders) }
    }

    @Test("a folder names a server only where folders beside it have other names")
    func siblings() {
        #expect(servers(["x/cp-1/audit.log", "x/cp-2/audit.log"]) == ["cp-1", "cp-2"])
        #expect(servers(["./cp-1/audit.log", "cp-2/audit.log"]) == ["cp-1", "cp-2"])
        #expect(
            servers(["n-1/var/log/audit.log.gz", "n-2/var/log/audit.log.gz"]) == ["n-1", "n-2"])
        #expect(servers(["cp-1.tar.gz/audit.log", "cp-2.tar.gz"]) == ["cp-1", nil])
        #expect(servers(["case-17/audit.log"]) == [nil])
        #expect(servers(["case-17/audit.log", "case-17/audit-1.log"]) == [nil, nil])
        #expect(servers(["case-17/audit.log", "audit-cp-1.log"]) == [nil, "cp-1"])
        #expect(servers(["2026-11-20/audit.log", "2026-11-21/audit.log"]) == [nil, nil])
        #expect(servers(["INC4711/audit.log", "INC4712/audit.log"]) == [nil, nil])
        #expect(
            servers(["INC4711/audit-cp-1.log", "INC4711/audit-cp-2.log"]) == ["cp-1", "cp-2"])
    }

    @Test("a must-gather says which component a log is of")
    func component() {
        #expect(ServerFromPath.component(path: "audit_logs/etcd/x.log") == .etcd)
        #expect(ServerFromPath.component(path: "a/kube-apiserver/x.log") == .kubeAPIServer)
        #expect(ServerFromPath.component(path: "oauth-server/x.log") == .openShiftOAuthServer)
        #expect(ServerFromPath.component(path: "audit.log") == .kubeAPIServer)
    }

    @Test("listings and locks are beside the logs")
    func beside() {
        #expect(ServerFromPath.isBeside(path: "kube-apiserver.audit_logs_listing"))
        #expect(ServerFromPath.isBeside(path: "x/.audit.log.lock"))
        #expect(ServerFromPath.isBeside(path: "master-0-termination.log.terminating"))
        #expect(!ServerFromPath.isBeside(path: "master-0-audit.log.gz"))
    }
}
