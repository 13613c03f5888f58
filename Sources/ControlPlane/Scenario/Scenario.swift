public import KubeAPI

/// A control plane over time: which server ran which release with which flags, and what was shared.
///
/// The value behind a scenario file. Every instant is absolute, in nanoseconds since 1970: offsets
/// are resolved against the recording's first request when the file is read.
public struct Scenario: Sendable, Equatable {
    public var name = ""
    /// In the order of the file; names are unique.
    public var servers: [Server] = []
    public var extensions: [Extension] = []
    public var entry = Entry.recorded
    public var loadBalancers: [LoadBalancer] = []
    public var faults: [Fault] = []
    public var seed: UInt64 = 1
    /// A missing proxy-client certificate pair is an error, as on a real server (F2.3).
    public var strictFlags = false

    public init() {}
}

extension Scenario {
    /// One API server and its processes, earliest first.
    public struct Server: Sendable, Equatable {
        public var name: String
        /// Decides the identity lease (F3.1), so it survives a restart.
        public var hostname: String
        public var address: String?
        public var processes: [Process] = []

        public init(name: String, hostname: String? = nil, address: String? = nil) {
            self.name = name
            self.hostname = hostname ?? name
            self.address = address
        }
    }

    /// One process of an API server, from start to stop.
    public struct Process: Sendable, Equatable {
        public enum End: Sendable, Equatable {
            /// Leases go at once; open connections are served until the drain ends.
            case graceful(drain: Int64)
            case crash
        }

        public var startedAt: Int64
        public var release: Release
        /// Nanoseconds from process start to /readyz.
        public var readyAfter: Int64
        /// As written on kube-apiserver's command line, `--name=value` each.
        public var flags: [String]
        /// nil: still running at the end of the recording.
        public var stoppedAt: Int64?
        public var end = End.crash

        public init(
            startedAt: Int64, release: Release, readyAfter: Int64, flags: [String],
            stoppedAt: Int64? = nil, end: End = .crash
        ) {
            self.startedAt = startedAt
            self.release = release
            self.readyAfter = readyAfter
            self.flags = flags
            self.stoppedAt = stoppedAt
            self.end = end
        }
    }

    /// A custom or aggregated API: shared through etcd, so the same for every server.
    public struct Extension: Sendable, Equatable {
        public struct Resource: Sendable, Equatable {
            public var name: String
            public var kind: String
            public var namespaced: Bool

            public init(name: String, kind: String, namespaced: Bool) {
                self.name = name
                self.kind = kind
                self.namespaced = namespaced
            }
        }

        public var groupVersion: GroupVersion
        public var isAggregated: Bool
        /// False: the APIService's backend does not answer.
        public var isAvailable: Bool
        public var resources: [Resource]
        public var from: Int64
        public var until: Int64?

        public init(
            groupVersion: GroupVersion, isAggregated: Bool = false, isAvailable: Bool = true,
            resources: [Resource], from: Int64, until: Int64? = nil
        ) {
            self.groupVersion = groupVersion
            self.isAggregated = isAggregated
            self.isAvailable = isAvailable
            self.resources = resources
            self.from = from
            self.until = until
        }
    }

    /// How requests reach servers.
    public enum Entry: Sendable, Equatable {
        case recorded
        case uniform
        case weights([String: Int])
    }

    /// What answers at an address that is no single server's.
    public struct LoadBalancer: Sendable, Equatable {
        public var address: String
        public var servers: [String]
        /// Headers that it removes, in lower case.
        public var strips: [String]

        public init(address: String, servers: [String], strips: [String] = []) {
            self.address = address
            self.servers = servers
            self.strips = strips
        }
    }

    /// A fault on the way from one server to another.
    public struct Fault: Sendable, Equatable {
        public enum Kind: String, Sendable { case refuse, timeout, tls }

        public var from: String
        public var to: String
        public var at: Int64
        public var until: Int64?
        public var kind: Kind

        public init(from: String, to: String, at: Int64, until: Int64?, kind: Kind) {
            self.from = from
            self.to = to
            self.at = at
            self.until = until
            self.kind = kind
        }
    }
}
