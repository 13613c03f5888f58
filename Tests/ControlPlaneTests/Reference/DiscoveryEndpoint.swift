import ControlPlane
public import KubeAPI

/// Which discovery document a server answers a request with: a pure function of path and `Accept`.
///
/// It says which one, not what is in it: that is `ServerDiscovery`, `APIServices` and the merge.
public struct DiscoveryEndpoint: Hashable, Sendable {
    /// What a request to a discovery path is answered with.
    public enum Answer: Hashable, Sendable {
        /// `APIVersions` at `/api`.
        case coreVersions
        /// `APIGroupList` at `/apis`, made from APIService objects (F4.14).
        case groupList
        /// `APIGroup` at `/apis/<group>`, made from them too.
        case group(String)
        /// `APIResourceList` of one version: never merged, never forwarded (F4.3).
        case resourceList(GroupVersion)
        /// The core group with its resources: never merged (F4.2).
        case aggregatedCore
        /// What this server serves itself.
        case aggregatedLocal
        /// The same with what its peers serve (F4.6).
        case aggregatedWithPeers
    }

    /// `apidiscovery.k8s.io/v2` is known: since 1.30.
    public var knowsV2: Bool
    /// The beta type is still answered (F4.4).
    public var knowsV2beta1: Bool
    /// The server merges what its peers serve: 1.35 on, gate on, filter built (F4.6).
    public var mergesPeers: Bool

    public init(knowsV2: Bool, knowsV2beta1: Bool, mergesPeers: Bool) {
        self.knowsV2 = knowsV2
        self.knowsV2beta1 = knowsV2beta1
        self.mergesPeers = mergesPeers
    }

    /// The endpoint of a server.
    ///
    /// - Parameters:
    ///   - release: the effective one, where a release is emulated.
    ///   - isProxyGateOn: the gate of the Mixed Version Proxy.
    ///   - isFilterBuilt: the gate is on and there is a `--peer-ca-file` (F2.2).
    public init(release: Release, gates: FeatureGates, isProxyGateOn: Bool, isFilterBuilt: Bool) {
        knowsV2 = release.has(.answersDiscoveryV2)
        let isAggregated = knowsV2 || gates["AggregatedDiscoveryEndpoint"] != false
        let keepsBeta =
            release.has(.keepsDiscoveryV2beta1ByGate)
            && gates["AggregatedDiscoveryRemoveBetaType"] == false
        knowsV2beta1 = isAggregated && (release.has(.answersDiscoveryV2beta1) || keepsBeta)
        mergesPeers = release.has(.mergesPeerDiscovery) && isProxyGateOn && isFilterBuilt
    }

    /// The answer to a GET; nil where the path is none of discovery.
    ///
    /// - Parameter path: without its query.
    public func answer(path: String, accept: String) -> Answer? {
        switch path {
        // The trailing slash goes past the wrapper that reads `Accept` (F4.1).
        case "/apis/": return .groupList
        case "/apis":
            guard let clause = aggregatedClause(accept) else { return .groupList }
            // The profile has one meaning, since 1.35 (F4.7).
            let isMerged = mergesPeers && clause.version == "v2" && clause.profile != "nopeer"
            return isMerged ? .aggregatedWithPeers : .aggregatedLocal
        case "/api", "/api/":
            return aggregatedClause(accept) == nil ? .coreVersions : .aggregatedCore
        default: return legacyAnswer(path)
        }
    }

    private func legacyAnswer(_ path: String) -> Answer? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.last == "" { parts.removeLast() }
        guard parts.first == "", !parts.dropFirst().contains("") else { return nil }
        switch (parts.count, parts.count > 1 ? parts[1] : "") {
        case (3, "api"): return .resourceList(GroupVersion(group: "", version: parts[2]))
        case (3, "apis"): return .group(parts[2])
        case (4, "apis"):
            return .resourceList(GroupVersion(group: parts[2], version: parts[3]))
        default: return nil
        }
    }

    /// The first acceptable clause, where that asks for an aggregated document (F4.4).
    private func aggregatedClause(_ accept: String) -> AcceptClause? {
        for clause in AcceptClause.inOrder(accept) where clause.isKnownType {
            if clause.asksForNothing { return nil }
            guard clause.group == "apidiscovery.k8s.io", clause.kind == "APIGroupDiscoveryList"
            else { continue }
            if knowsV2, clause.version == "v2" { return clause }
            if knowsV2beta1, clause.version == "v2beta1" { return clause }
        }
        return nil
    }
}

/// One clause of an `Accept` header: `application/json;g=…;v=v2;as=…;profile=nopeer;q=0.9`.
private struct AcceptClause {
    var type = ""
    var subtype = ""
    var quality = 1.0
    var group = ""
    var version = ""
    var kind = ""
    var profile = ""

    /// It names no group, version or kind: a plain clause, answered in the legacy form.
    var asksForNothing: Bool { group.isEmpty && version.isEmpty && kind.isEmpty }

    var isKnownType: Bool {
        switch (type, subtype) {
        case ("*", "*"), ("application", "*"), ("application", "json"), ("application", "yaml"),
            ("application", "vnd.kubernetes.protobuf"):
            true
        default: false
        }
    }

    /// The clauses by quality, the more general ones last among equals.
    static func inOrder(_ header: String) -> [AcceptClause] {
        let clauses = header.split(separator: ",").compactMap(AcceptClause.init)
        return clauses.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            if first.quality != second.quality { return first.quality > second.quality }
            if first.generality != second.generality {
                return first.generality < second.generality
            }
            return left.offset < right.offset
        }.map(\.element)
    }

    private var generality: Int { (type == "*" ? 2 : 0) + (subtype == "*" ? 1 : 0) }

    init?(_ text: Substring) {
        let parts = text.split(separator: ";").map(trimmed)
        guard let range = parts.first?.split(separator: "/", omittingEmptySubsequences: false),
            range.count == 2
        else { return nil }
        type = trimmed(range[0])
        subtype = trimmed(range[1])
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(trimmed)
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "q": if let value = Double(pair[1]), value.isFinite { quality = value }
            case "g": group = pair[1]
            case "v": version = pair[1]
            case "as": kind = pair[1]
            case "profile": profile = pair[1]
            // Parameters that the server does not know are ignored (F4.4).
            default: continue
            }
        }
    }
}

private func trimmed(_ text: Substring) -> String {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
}
