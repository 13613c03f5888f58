import Judgments
import KubeAPI

/// Whether one server can forward a request to another, by what the flags of both make of them.
///
/// For a directed pair that runs side by side and has settled. Which of the two serves the
/// resource, and what each has learned of the other by when, is the router's business.
public struct Forwarding: Sendable, Equatable {
    public enum Outcome: String, Sendable {
        case forwards
        /// Only if the one learned of the other, which the order of starts decides.
        case depends
        /// It tries, and the client gets a 503.
        case unavailable
        /// It tries, and the peer turns it away with 401 or 403.
        case turnedAway
        case never
    }

    public var outcome: Outcome
    public var why: Activation.Remark

    /// In the words that are used of one server.
    public var state: Activation.State {
        switch outcome {
        case .forwards: .active
        case .depends, .unavailable, .turnedAway: .partial
        case .never: .inert
        }
    }

    public init(from origin: Activation, to peer: Activation) {
        self = Self.atOrigin(origin) ?? Self.atPeer(origin, peer)
    }

    private init(_ outcome: Outcome, _ text: String, _ facts: [String]) {
        self.outcome = outcome
        why = Activation.Remark(text, facts: facts)
    }

    /// What stands in the way at the server that would forward.
    private static func atOrigin(_ origin: Activation) -> Forwarding? {
        if let refusal = origin.refusals.first {
            return Forwarding(.never, "it does not start: \(refusal.text)", refusal.facts)
        }
        if !origin.isGateOn {
            return Forwarding(.never, "its gate is off, so it has no filter", ["F2.1", "F2.2"])
        }
        if !origin.becomesReady {
            return Forwarding(
                .never, "its filter never finishes its first sync", ["F1.16", "F2.7"])
        }
        if !origin.forwards {
            return Forwarding(
                .never, "it has no --peer-ca-file, so it has no filter", ["F2.2", "V10"])
        }
        return nil
    }

    private static func atPeer(_ origin: Activation, _ peer: Activation) -> Forwarding {
        if let refusal = peer.refusals.first {
            return Forwarding(.never, "the peer does not start: \(refusal.text)", refusal.facts)
        }
        return origin.release.has(.knowsPeersByRecords)
            ? byStorageVersions(origin, peer) : byDiscovery(origin, peer)
    }

    /// 1.28 to 1.32: a peer is known by its StorageVersion records.
    private static func byStorageVersions(_ origin: Activation, _ peer: Activation) -> Forwarding {
        guard peer.writesStorageVersions else {
            return Forwarding(
                .never,
                "the peer writes no StorageVersion records (gate StorageVersionAPI and API"
                    + " internal.apiserver.k8s.io/v1alpha1), by which alone servers until 1.32"
                    + " know their peers", ["F1.17", "F1.18", "F2.7"])
        }
        guard peer.publishesAddress else {
            return Forwarding(
                .unavailable,
                "the peer is known but publishes no address: 503 for what it serves",
                ["F1.19", "F1.31", "F2.2", "F3.10"])
        }
        if let away = turnedAway(by: peer) { return away }
        return Forwarding(
            .forwards, "forwards built-in, persisted resources", ["F1.23", "F2.2", "F3.34"])
    }

    /// 1.33 and later: a peer is known by its discovery document.
    private static func byDiscovery(_ origin: Activation, _ peer: Activation) -> Forwarding {
        guard peer.hasIdentity else {
            return Forwarding(.never, "the peer has no identity lease", ["F2.8", "F3.15"])
        }
        guard peer.publishesAddress else {
            return Forwarding(
                .never,
                "the peer publishes no endpoint lease, so its abilities are never learned: 404",
                ["F2.2", "F3.10", "F3.18"])
        }
        if let away = turnedAway(by: peer) {
            guard origin.release.has(.diesOfFailedFetch) else { return away }
            return Forwarding(
                .turnedAway,
                "the peer turns away its discovery call, at which a server of 1.33 or 1.34 dies",
                ["F1.45", "F3.16", "F3.21"])
        }
        guard origin.release.has(.learnsOfLaterPeers) else {
            return Forwarding(
                .depends,
                "it learns of a peer that was ready before it started; of one that starts later"
                    + " only when another lease appears after that",
                ["F3.15", "F3.19", "F3.20", "V8"])
        }
        return Forwarding(
            .forwards, "forwards built-in resources; custom and aggregated APIs are left out",
            ["F1.28", "F2.2", "F3.38"])
    }

    private static func turnedAway(by peer: Activation) -> Forwarding? {
        guard !peer.trustsPeers else { return nil }
        return Forwarding(
            .turnedAway,
            "the peer has no --requestheader-client-ca-file, so it does not believe who asks:"
                + " 401 or 403", ["F1.45"])
    }
}
