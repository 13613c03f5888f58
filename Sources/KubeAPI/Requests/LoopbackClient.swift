/// The client with which an API server asks itself, and its peers.
///
/// It is the one client that states which release the server is: its user agent carries the
/// server's own version.
public enum LoopbackClient {
    public static let user = "system:apiserver"
    public static let agentPrefix = "kube-apiserver/"

    /// `v1.35.6` of `kube-apiserver/v1.35.6 (linux/amd64) kubernetes/0123456`; nil for other
    /// agents.
    public static func version(ofAgent agent: some StringProtocol) -> String? {
        guard agent.hasPrefix(agentPrefix) else { return nil }
        return String(agent.dropFirst(agentPrefix.count).prefix { $0 != " " })
    }
}

extension Names {
    /// The loopback clients of all servers, whatever their versions and addresses.
    public var loopbackClients: [UInt32] { clients(ofUser: LoopbackClient.user) }
}
