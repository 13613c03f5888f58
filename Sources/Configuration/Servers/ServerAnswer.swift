public import KubeAPI

/// What one API server said of itself, without its name: an answer to `/version`, `/metrics`,
/// `/flagz` or `/statusz`.
public struct ServerAnswer: Sendable, Equatable {
    public var release: Release?
    /// What `/metrics` says of feature gates.
    public var gates: [String: Bool] = [:]
    /// All of its flags, by `/flagz`; nil where nothing was said of them.
    public var flags: [String]?
    public var file: String
    public var mark: Mark

    init(file: String, mark: Mark) {
        self.file = file
        self.mark = mark
    }
}

// Several files become one picture: names from pods and leases, answers from who answered.
extension ConfigurationFile {
    /// The servers that are configured, with what answers add to them.
    ///
    /// An answer names no server. It is put to a server only where there is one alone that it can
    /// be of; otherwise the server that answered stands for itself.
    public static func joined(
        _ servers: [ConfiguredServer], _ answers: [ServerAnswer]
    ) -> [ConfiguredServer] {
        var joined = distinct(servers.filter { $0.kind != .seen })
        let leases = distinct(servers.filter { $0.kind == .seen })
        let unknown = leases.filter { lease in !joined.contains { $0.isHost(of: lease) } }
        var answering = merged(answers)
        let candidates = joined.filter { $0.kind == .complete }
        if answering.count == 1, unknown.isEmpty, candidates.count == 1, joined.count == 1 {
            joined[0].take(answering.removeFirst())
        } else if answering.count == 1, joined.isEmpty, unknown.count == 1 {
            var server = unknown[0]
            server.take(answering.removeFirst())
            return [server]
        } else if !joined.isEmpty, joined.allSatisfy({ $0.release != nil }), unknown.isEmpty {
            // Everything that an answer could add is known of every server already.
            answering.removeAll { answer in joined.contains { $0.release == answer.release } }
        }
        return joined + unknown
            + answering.enumerated().map { number, answer in
                var server = ConfiguredServer(
                    name: number == 0 ? "who answered" : "who answered#\(number + 1)", kind: .seen,
                    release: nil, file: answer.file, mark: answer.mark)
                server.take(answer)
                return server
            }
    }

    /// Answers that may be one server's, as one: those that do not name different releases.
    private static func merged(_ answers: [ServerAnswer]) -> [ServerAnswer] {
        let releases = Set(answers.compactMap(\.release))
        guard releases.count < 2 else {
            return releases.sorted().map { release in
                merged(answers.filter { $0.release == release })[0]
            }
        }
        guard var whole = answers.first else { return [] }
        for answer in answers {
            whole.release = whole.release ?? answer.release
            whole.flags = whole.flags ?? answer.flags
            whole.gates.merge(answer.gates) { first, _ in first }
        }
        return [whole]
    }
}

extension ConfiguredServer {
    /// Whether a lease of this host is this server's.
    fileprivate func isHost(of lease: ConfiguredServer) -> Bool {
        name == lease.name || name.hasSuffix("/\(lease.name)")
    }

    fileprivate mutating func take(_ answer: ServerAnswer) {
        release = release ?? answer.release
        if kind == .seen, let flags = answer.flags {
            kind = .complete
            self.flags = flags
            flagMarks = flags.map { _ in answer.mark }
        }
        guard kind == .seen else { return }
        for (gate, isOn) in answer.gates.sorted(by: { $0.key < $1.key })
        where ConfigurationReader.judgedGates.contains(gate) {
            flags.append("--feature-gates=\(gate)=\(isOn)")
            flagMarks.append(answer.mark)
        }
    }
}
