import Bytes
import KubeAPI

/// Tokens that stand for names, the same for the same text wherever it stands.
///
/// They are counted, so that they tell nothing: not even a guess of the name can be checked. What
/// the model has to know by name stays: users and namespaces of the system, words of the API.
struct Tokens {
    private var known: [String: String] = [:]
    private var counts: [String: Int] = [:]
    /// Texts that stay what they are: kinds, groups, resources and the like.
    private let kept: Set<String>

    private static let systemNamespaces: Set<String> = [
        "", "default", "kube-system", "kube-public", "kube-node-lease",
    ]

    init(keeping kept: Set<String>) { self.kept = kept }

    mutating func namespace(_ text: String) -> String {
        Tokens.systemNamespaces.contains(text) ? text : token(text, "ns")
    }

    mutating func object(_ text: String) -> String {
        // The identity of an API server, which says when it came and went.
        text.isEmpty || text.hasPrefix("apiserver-") || Tokens.systemNamespaces.contains(text)
            ? text : token(text, "obj")
    }

    mutating func user(_ text: String) -> String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.first == "system" else { return text.isEmpty ? "" : token(text, "user") }
        if parts.count == 4, parts[1] == "serviceaccount",
            !Tokens.systemNamespaces.contains(parts[2])
        {
            return "system:serviceaccount:\(namespace(parts[2])):\(object(parts[3]))"
        }
        if parts.count >= 3, parts[1] == "node" {
            return "system:node:\(object(parts[2...].joined(separator: ":")))"
        }
        return text
    }

    /// An address stays one, of the network that is set aside for tests; a port stays.
    mutating func address(_ text: String) -> String {
        if text.isEmpty || text == "::1" || text.hasPrefix("127.") { return text }
        let (host, port) = Tokens.hostAndPort(text)
        if host == "::1" || host.hasPrefix("127.") { return text }
        if let address = known[host] { return address + port }
        let number = counts["address", default: 0]
        counts["address"] = number + 1
        let address = "198.\(18 + number >> 16 & 1).\(number >> 8 & 255).\(number & 255)"
        known[host] = address
        return address + port
    }

    /// `10.0.0.1:6443` and `[fd00::1]:6443` taken apart; the port with its colon.
    static func hostAndPort(_ text: String) -> (host: String, port: String) {
        if text.hasPrefix("["), let close = text.lastIndex(of: "]") {
            return (
                String(text[text.index(after: text.startIndex)..<close]),
                String(text[text.index(after: close)...])
            )
        }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return (text, "") }
        return (String(text[..<colon]), String(text[colon...]))
    }

    /// Whether a server is called by its address.
    static func isAddress(_ text: String) -> Bool {
        let host = hostAndPort(text).host
        let isV4 =
            host.split(separator: ".", omittingEmptySubsequences: false).count == 4
            && host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
        return isV4 || host.utf8.count { $0 == UInt8(ascii: ":") } >= 2
    }

    mutating func token(_ text: String, _ kind: String) -> String {
        if kept.contains(text) { return text }
        if let token = known[text] { return token }
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        let token = "\(kind)-\(number)"
        known[text] = token
        return token
    }

    // MARK: Paths and queries

    /// A path with its namespace and name as tokens.
    mutating func path(_ text: String) -> String {
        var copy = text
        let parts = copy.withUTF8 { bytes -> (RequestPath, [UInt8], Bool) in
            let parsed = RequestPath(bytes)
            return (parsed, [UInt8](bytes), parsed.isResource)
        }
        let (parsed, bytes, isResource) = parts
        guard isResource else { return isPlain(text) ? text : token(text, "/path") }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        var result = bytes
        let isItself = parsed.namespace == parsed.name
        // From the back, so that the ranges in front stay right.
        if !parsed.name.isEmpty, !isItself {
            result.replaceSubrange(parsed.name, with: object(part(parsed.name)).utf8)
        }
        if !parsed.namespace.isEmpty {
            result.replaceSubrange(parsed.namespace, with: namespace(part(parsed.namespace)).utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// What servers have beside resources names nobody.
    private func isPlain(_ text: String) -> Bool {
        let first = text.split(separator: "/").first.map(String.init) ?? ""
        return [
            "", "api", "apis", "healthz", "livez", "readyz", "version", "metrics", "openapi",
        ].contains(first)
    }

    private static let telling: Set<String> = [
        "labelSelector", "fieldSelector", "continue", "fieldManager", "container",
    ]

    /// A query whose selectors and managers are tokens.
    mutating func query(_ text: String) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, Tokens.telling.contains(String(parts[0])), !parts[1].isEmpty
            else { return String(pair) }
            return "\(parts[0])=\(token(String(parts[1]), "value"))"
        }.joined(separator: "&")
    }
}
