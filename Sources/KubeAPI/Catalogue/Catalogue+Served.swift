extension Catalogue {
    /// Whether a server with given flags serves a resource.
    public enum Serving: UInt8, Sendable, Comparable, BitwiseCopyable {
        case no
        /// The catalogue cannot tell: a gate decides, and which one is not known.
        case perhaps
        case yes

        public static func < (left: Serving, right: Serving) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The built-in resources that a server with given flags serves.
    public struct ServedSet: Sendable, Equatable {
        public let release: Release
        /// Those that it serves and those that it perhaps serves, sorted by id.
        public let resources: [Resource]
        private let servings: [GroupVersionResource: Serving]
        private let groupServings: [String: Serving]

        init(release: Release, _ served: [(Resource, Serving)]) {
            self.release = release
            resources = served.map(\.0)
            servings = Dictionary(
                served.map { ($0.0.id, $0.1) }, uniquingKeysWith: { first, _ in first })
            groupServings = Dictionary(
                served.map { ($0.0.id.group, $0.1) }, uniquingKeysWith: max)
        }

        public subscript(id: GroupVersionResource) -> Serving { servings[id] ?? .no }

        /// Whether the server has handlers of its own for any version of the group.
        ///
        /// It decides between the shapes `page` and `route` of a 404 (F1.37).
        public func hasGroup(_ name: String) -> Serving { groupServings[name] ?? .no }

        /// The named groups in the order of this server's own `/apis`.
        public var groupOrder: [Group] {
            Catalogue.groupOrder(
                in: release, serving: Set(resources.map(\.id.groupVersion)))
        }
    }

    /// What a server of a release serves of its built-in APIs with these flags.
    ///
    /// - Parameter emulating: the release of `--emulated-version`, where it is set: what that
    ///   release had and this binary still has.
    public static func served(
        in release: Release, emulating: Release? = nil, runtimeConfig: RuntimeConfig = .init(),
        gates: FeatureGates = .init()
    ) -> ServedSet {
        let effective = emulating ?? release
        let served = resources(in: release).compactMap { resource -> (Resource, Serving)? in
            guard let shown = self.resource(resource.id, in: effective),
                runtimeConfig.isEnabled(
                    resource.id, byDefault: resource.availability == .byDefault)
            else { return nil }
            let serving: Serving =
                shown.availability == .behindGate
                ? gateAllows(resource.id, in: effective, gates) : .yes
            return serving == .no ? nil : (shown, serving)
        }
        return ServedSet(release: effective, served)
    }

    /// The name of the gate that a resource waits for; nil where it waits for none or is not known.
    public static func gate(of id: GroupVersionResource) -> String? { resourceGate(of: id)?.name }

    private static func resourceGate(of id: GroupVersionResource) -> ResourceGate? {
        ResourceGate.all.first { $0.group == id.group && $0.resources.contains(id.resource) }
    }

    private static func gateAllows(
        _ id: GroupVersionResource, in release: Release, _ settings: FeatureGates
    ) -> Serving {
        guard let gate = resourceGate(of: id) else { return unknownGateAllows(settings) }
        let isBeta = gate.beta?.contains(release) ?? false
        return settings.isOn(gate.name, stage: isBeta ? .beta : .alpha, byDefault: false)
            ? .yes : .no
    }

    /// A gate that is off by default is on only where something was set to true.
    private static func unknownGateAllows(_ settings: FeatureGates) -> Serving {
        let unrelated: Set = ["UnknownVersionInteroperabilityProxy", "StorageVersionAPI"]
        let isAnySet = settings.settings.contains { $0.value && !unrelated.contains($0.key) }
        return isAnySet ? .perhaps : .no
    }
}
