import Judgments
public import ControlPlane
public import KubeAPI

/// Whether the proxy is active on configured servers, and from each to each other: what `check`
/// prints, row by row.
public enum ActivationCheck {
    /// One server, or one directed pair of servers.
    public struct Row: Sendable, Hashable {
        public enum Level: String, Sendable { case none, note, warning, error }

        public var server: String
        /// nil: the row is about the server alone.
        public var peer: String?
        /// `1.36`, or `1.28-1.32` where the file names no release and these behave alike.
        public var release: String
        public var peerRelease: String?
        public var state: Activation.State
        public var why: String
        public var facts: [String]
        public var advice: String?
        public var level: Level
        public var file: String
        public var line: Int
    }

    /// - Parameter releases: judges by these instead of what the files say; scenarios keep theirs.
    public static func rows(_ servers: [ConfiguredServer], releases: [Release]) -> [Row] {
        let subjects = servers.map { Subject($0, releases: releases) }
        return subjects.flatMap(serverRows) + pairRows(subjects)
    }

    /// A server as each release would see it.
    private struct Subject {
        let server: ConfiguredServer
        let variants: [Variant]
        /// The release is not known, so the variants are guesses of which one is true.
        let isGuess: Bool

        init(_ server: ConfiguredServer, releases: [Release]) {
            self.server = server
            var chosen = releases
            if case .scenario = server.kind { chosen = [] }
            if chosen.isEmpty { chosen = server.release.map { [$0] } ?? [] }
            isGuess = chosen.isEmpty
            if isGuess { chosen = Release.all }
            variants = chosen.map { Variant(server, $0) }
        }
    }

    /// A server in one release, as whatever it may be where its flags are not known.
    private struct Variant {
        let release: Release
        /// By what is known, as if there were no other flag.
        let known: Activation
        /// What else it may be.
        let others: [Activation]
        let isGateKnown: Bool

        init(_ server: ConfiguredServer, _ release: Release) {
            self.release = release
            isGateKnown = !server.flags.isEmpty
            func activation(_ more: [String]) -> Activation {
                Activation(
                    release: release, flags: ServerFlags(more + server.flags),
                    isStrict: server.isStrict, address: server.address)
            }
            known = activation([])
            guard server.kind == .seen else {
                others = []
                return
            }
            // It runs, so flags with which it would not start are not its.
            others = [Variant.all, Variant.all + Variant.gates].map(activation)
                .filter { $0.state != .refused }
        }

        var candidates: [Activation] { [known] + others }

        private static let all = [
            "--peer-ca-file=ca.crt", "--proxy-client-cert-file=proxy.crt",
            "--proxy-client-key-file=proxy.key", "--requestheader-client-ca-file=ca.crt",
            "--runtime-config=internal.apiserver.k8s.io/v1alpha1=true",
        ]
        private static let gates = [
            "--feature-gates=UnknownVersionInteroperabilityProxy=true,StorageVersionAPI=true"
        ]

        /// What would tell, where the candidates disagree.
        var question: String {
            isGateKnown
                ? "whether it has --peer-ca-file is not known"
                : "neither its gate nor its flags are known"
        }
    }

    // MARK: Servers

    private static func serverRows(_ subject: Subject) -> [Row] {
        subject.variants.reduce(into: []) { rows, variant in
            let row = row(variant, subject.server)
            if subject.isGuess, let last = rows.last, last.saysTheSame(as: row) {
                rows[rows.count - 1].release.extend(to: variant.release)
            } else {
                rows.append(row)
            }
        }
    }

    private static func row(_ variant: Variant, _ server: ConfiguredServer) -> Row {
        var row = row(variant.known, server)
        if variant.others.contains(where: { $0.state != variant.known.state }) {
            row.state = .unknown
            row.why = variant.question
            row.facts = ["F2.1", "F2.2"]
            row.advice = Advice.ofQuestion
            row.level = .warning
        }
        return row
    }

    private static func row(_ activation: Activation, _ server: ConfiguredServer) -> Row {
        let remarks =
            activation.state == .refused
            ? activation.refusals : [activation.why] + activation.reasons.dropFirst()
        let said = remarks + activation.ignored
        let level: Row.Level
        switch activation.state {
        case .refused: level = .error
        case .active where activation.ignored.isEmpty: level = .none
        default: level = .warning
        }
        return Row(
            server: server.name, peer: nil, release: "\(activation.release)", peerRelease: nil,
            state: activation.state, why: said.map(\.text).joined(separator: "; "),
            facts: distinct(said.flatMap(\.facts)), advice: Advice.text(for: activation),
            level: level, file: server.file,
            line: line(of: said.compactMap(\.flag), server))
    }

    /// Where the first of these flags stands, or else the server.
    private static func line(of flags: [String], _ server: ConfiguredServer) -> Int {
        for flag in flags {
            let place = server.flags.lastIndex { ServerFlags([$0]).has(flag) }
            if let place, place < server.flagMarks.count { return server.flagMarks[place].line }
        }
        return server.mark.line
    }

    private static func distinct(_ facts: [String]) -> [String] {
        facts.enumerated().filter { !facts[..<$0.offset].contains($0.element) }.map(\.element)
    }

    // MARK: Pairs

    private static func pairRows(_ subjects: [Subject]) -> [Row] {
        var rows: [Row] = []
        var seen: Set<Row> = []
        for (index, origin) in subjects.enumerated() {
            for (other, peer) in subjects.enumerated() {
                // A kubeadm configuration stands for several servers that are alike.
                let isPair =
                    index == other
                    ? origin.server.kind == .kubeadm : origin.server.name != peer.server.name
                guard isPair, origin.server.coexists(with: peer.server) else { continue }
                for row in pairRows(origin, peer) where seen.insert(row).inserted {
                    rows.append(row)
                }
            }
        }
        return rows
    }

    private static func pairRows(_ origin: Subject, _ peer: Subject) -> [Row] {
        var rows: [Row] = []
        for first in origin.variants {
            for second in peer.variants {
                // Of two guesses, only the same: a cluster usually runs one release.
                if origin.isGuess, peer.isGuess, first.release != second.release { continue }
                let row = row((first, origin.server), (second, peer.server))
                if let last = rows.last, last.saysTheSame(as: row), origin.isGuess || peer.isGuess {
                    if origin.isGuess { rows[rows.count - 1].release.extend(to: first.release) }
                    if peer.isGuess {
                        rows[rows.count - 1].peerRelease?.extend(to: second.release)
                    }
                } else {
                    rows.append(row)
                }
            }
        }
        return rows
    }

    private static func row(
        _ origin: (Variant, ConfiguredServer), _ peer: (Variant, ConfiguredServer)
    ) -> Row {
        var row = row(origin.0.known, peer.0.known, origin.1, peer.1)
        let states = origin.0.candidates.flatMap { first in
            peer.0.candidates.map { Forwarding(from: first, to: $0).state }
        }
        if Set(states).count > 1 {
            let open = [origin, peer].filter { !$0.0.others.isEmpty }
            row.state = .unknown
            row.why = open.map { "of \($0.1.name) \($0.0.question)" }.joined(separator: "; ")
            row.facts = ["F2.1", "F2.2"]
            row.level = .note
        }
        return row
    }

    private static func row(
        _ first: Activation, _ second: Activation, _ origin: ConfiguredServer,
        _ peer: ConfiguredServer
    ) -> Row {
        let forwarding = Forwarding(from: first, to: second)
        let isRefused = first.state == .refused || second.state == .refused
        let bothActive = first.state == .active && second.state == .active
        let level: Row.Level =
            forwarding.outcome == .forwards ? .none : bothActive ? .warning : .note
        return Row(
            server: origin.name, peer: peer.name, release: "\(first.release)",
            peerRelease: "\(second.release)", state: isRefused ? .refused : forwarding.state,
            why: forwarding.why.text, facts: forwarding.why.facts, advice: nil, level: level,
            file: origin.file, line: origin.mark.line)
    }
}

extension ActivationCheck.Row {
    fileprivate func saysTheSame(as other: Self) -> Bool {
        var other = other
        other.release = release
        other.peerRelease = peerRelease
        return other == self
    }
}

extension String {
    /// `1.33` or `1.33-1.34` to a range that ends with this release.
    fileprivate mutating func extend(to release: Release) {
        let first = split(separator: "-").first.map(String.init) ?? self
        self = first == "\(release)" ? first : "\(first)-\(release)"
    }
}

/// One sentence on what to do, for each thing that keeps the proxy from being active.
private enum Advice {
    private static let authority = "--peer-ca-file=/etc/kubernetes/pki/ca.crt"
    private static let gate = "--feature-gates=UnknownVersionInteroperabilityProxy=true"

    static func text(for activation: Activation) -> String? {
        if let refusal = activation.refusals.first { return text(for: refusal) }
        if let ignored = activation.ignored.first, activation.state == .active {
            return text(forIgnored: ignored)
        }
        switch activation.state {
        case .active: return active(activation)
        case .refused, .unknown: return nil
        case .partial, .inert:
            return activation.isGateOn
                ? text(forReason: activation.why, activation) : withoutGate(activation)
        }
    }

    private static func text(for refusal: Activation.Remark) -> String? {
        switch refusal.facts.first {
        case "F2.3":
            "add --proxy-client-cert-file and --proxy-client-key-file, the pair with which it"
                + " calls its peers (F2.3)"
        case "F2.4":
            "add \(gate), or take --\(refusal.flag ?? "peer-ca-file") away (F2.4)"
        case "F2.6": "add StorageVersionAPI=true to --feature-gates (F2.6)"
        case "F2.8": "take APIServerIdentity=false away (F2.8)"
        default: "mend --\(refusal.flag ?? "feature-gates"): kube-apiserver would not start"
        }
    }

    private static func text(forIgnored remark: Activation.Remark) -> String? {
        switch remark.facts.first {
        case "V3": "set --advertise-address where peers need another address (V3)"
        case "F2.5": "give --peer-advertise-ip and --peer-advertise-port together (F2.5)"
        default: nil
        }
    }

    static let ofQuestion =
        "give what tells: kubectl get --raw /flagz, or the server's pod or command line"

    private static func active(_ activation: Activation) -> String? {
        if activation.release.has(.readsPeerDiscovery),
            !activation.release.has(.learnsOfLaterPeers)
        {
            return "once a new server is ready, restart those that ran before it: they do not learn"
                + " of one that starts later (F3.20)"
        }
        return isGateByDefault(activation) ? beforehand : nil
    }

    private static func isGateByDefault(_ activation: Activation) -> Bool {
        activation.release.has(.proxyGateIsBeta) && !activation.isGateSet
    }

    private static let beforehand =
        "an upgrade from 1.35 to here is protected only if the 1.35 servers run with \(gate) and"
        + " \(authority) beforehand: their gate is off by default (F2.1)"

    private static func text(
        forReason reason: Activation.Remark, _ activation: Activation
    ) -> String? {
        switch reason.flag {
        case "peer-ca-file":
            "add \(authority), the CA of the servers' own certificates: without it the gate does"
                + " nothing (F2.2)" + (isGateByDefault(activation) ? "; \(beforehand)" : "")
        case "runtime-config":
            "add --runtime-config=internal.apiserver.k8s.io/v1alpha1=true (F2.7)"
        case "peer-advertise-port": "make --peer-advertise-port a number (F2.5)"
        default: "leave gate APIServerIdentity on (F2.8)"
        }
    }

    private static func withoutGate(_ activation: Activation) -> String {
        if !activation.release.has(.proxy) {
            return "upgrade all servers to 1.28 or later first: until then none forwards (F2.1)"
        }
        if activation.release.has(.knowsPeersByRecords) {
            return "add \(gate),StorageVersionAPI=true and"
                + " --runtime-config=internal.apiserver.k8s.io/v1alpha1=true and \(authority) on"
                + " every server (F2.2, F2.6, F2.7)"
        }
        return "add \(gate) and \(authority) on every server, before the first of them is upgraded"
            + " (F2.1, F2.2)"
    }
}
