public import Judgments

// What a report lists beside its findings.
extension ReportPage {
    /// An object to bring back, to guard or to clean up; a row of `findings/restore`.
    public struct Restoration: Sendable, Equatable {
        /// `restore`, `guard` or `clean-up`.
        public var action: String
        public var object: Finding.Identity
        public var deletedAt: Int64?
        public var grade: String
        /// Why it is on the list.
        public var because: String
        public var finding: String

        public init(
            action: String, object: Finding.Identity, deletedAt: Int64?, grade: String,
            because: String, finding: String
        ) {
            self.action = action
            self.object = object
            self.deletedAt = deletedAt
            self.grade = grade
            self.because = because
            self.finding = finding
        }
    }

    /// What one run's scenario has and the other's has not.
    public struct Change: Sendable, Equatable {
        public var what: String
        public var before: String
        public var after: String

        public init(what: String, before: String, after: String) {
            self.what = what
            self.before = before
            self.after = after
        }
    }

    /// A file that the recording was made of.
    public struct Input: Sendable, Equatable {
        public var name: String
        /// In hexadecimal digits; nil where nobody asked for it, or the file is not there.
        public var sha256: String?

        public init(name: String, sha256: String? = nil) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// Whether digests of the inputs were asked for.
    var hasDigests: Bool { inputs.contains { $0.sha256 != nil } }
}

extension ReportPage.Restoration {
    /// `configmaps team-a/quota`, the group behind the resource where there is one.
    var words: String {
        let resource =
            object.group.isEmpty ? object.resource : "\(object.resource).\(object.group)"
        let place = object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
        return "\(resource) \(place)"
    }
}

extension ReportPage.Run {
    /// The servers that answered its clients wrongly, by name.
    var askedServers: [String] {
        Set(figures.clients.flatMap { $0.servers.map(\.name) }).sorted()
    }
}

extension Sufferer {
    /// All its wrong answers.
    var all: Int { wrong404 + wrong503 + looped + unreachable }
}

extension ControllerMoment {
    /// `kube-scheduler/v1.36.2 took over, through cp-2`.
    var sentence: String {
        let who = client.isEmpty ? component : client
        let what =
            switch what {
            case .started: "started"
            case .tookOver: "took over the lease of \(component)"
            case .resumed: "took the lease of \(component) after it had run out"
            }
        return "\(who) \(what), through \(server)"
    }
}
