import ControlPlane
public import KubeAPI

/// What only one side of an upgrade serves.
public struct Sides: Sendable {
    /// Built-in resources that only the new, and only the old, servers have; sorted.
    public let added: [GroupVersionResource]
    public let removed: [GroupVersionResource]
    private let after: Set<GroupVersionResource>

    public init(_ fleet: Fleet) {
        self.init(
            Sides.served(fleet.from, fleet.members.map(\.flagsBefore)),
            Sides.served(fleet.to, fleet.members.map(\.flagsAfter)))
    }

    /// Of a scenario's oldest and its newest release.
    init(_ scenario: Scenario) {
        let processes = scenario.servers.flatMap(\.processes)
        func served(_ release: Release?) -> Set<GroupVersionResource> {
            guard let release else { return [] }
            return Sides.served(
                release, processes.filter { $0.release == release }.map(\.flags))
        }
        let releases = processes.map(\.release)
        self.init(served(releases.min()), served(releases.max()))
    }

    private init(_ before: Set<GroupVersionResource>, _ after: Set<GroupVersionResource>) {
        self.after = after
        added = after.subtracting(before).sorted()
        removed = before.subtracting(after).sorted()
    }

    /// What any of the servers of a release serves.
    private static func served(
        _ release: Release, _ commandLines: [[String]]
    ) -> Set<GroupVersionResource> {
        var result: Set<GroupVersionResource> = []
        let all = Catalogue.resources(in: release).map(\.id)
        for flags in Set(commandLines) {
            let served = Activation(
                release: release, flags: ServerFlags(flags), isStrict: false
            ).served
            result.formUnion(all.filter { served[$0] != .no })
        }
        return result
    }

    public func isOneSided(_ resource: GroupVersionResource) -> Bool {
        added.contains(resource) || removed.contains(resource)
    }

    /// The version of the same resource that the new servers have.
    public func replacement(of resource: GroupVersionResource) -> GroupVersionResource? {
        after.filter { $0.group == resource.group && $0.resource == resource.resource }
            .min { APIVersion($0.version) < APIVersion($1.version) }
    }
}
