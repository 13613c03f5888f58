/// The built-in APIs of every known release, as measured on running servers.
public struct Catalogue: Sendable {
    /// How a built-in resource comes to be served.
    public enum Availability: UInt8, Sendable, BitwiseCopyable {
        /// Served with default flags.
        case byDefault
        /// Served where `--runtime-config` turns its version on.
        case behindRuntimeConfig
        /// Served where `--runtime-config` turns its version on and a feature gate is on.
        case behindGate
    }

    /// One built-in resource of one release.
    public struct Resource: Sendable, Hashable {
        public var id: GroupVersionResource
        public var kind: String
        public var namespaced: Bool
        public var verbs: [String]
        public var subresources: [String]
        public var availability: Availability

        public init(
            id: GroupVersionResource, kind: String, namespaced: Bool, verbs: [String],
            subresources: [String], availability: Availability
        ) {
            self.id = id
            self.kind = kind
            self.namespaced = namespaced
            self.verbs = verbs
            self.subresources = subresources
            self.availability = availability
        }
    }
}
