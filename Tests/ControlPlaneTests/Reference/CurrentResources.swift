public import KubeAPI

extension DiscoveryDocument {
    /// Every resource of a version that is current: what a server's discovery cache keeps (F3.13).
    public var currentResources: [GroupVersionResource] {
        groups.flatMap { group in
            group.versions.filter { $0.freshness == .current }.flatMap { version in
                version.resources.map {
                    GroupVersionResource(
                        group: group.name, version: version.name, resource: $0.name)
                }
            }
        }
    }

    /// The groups and versions of another document that this one lacks, sorted.
    ///
    /// A version that is stale here and current there counts: a client cannot use it.
    public func versionsMissing(comparedTo other: DiscoveryDocument) -> [GroupVersion] {
        let usable = Set(groupVersions(where: { $0.freshness == .current }))
        let listed = Set(groupVersions)
        let wanted = Set(other.groupVersions(where: { $0.freshness == .current }))
        let stale = Set(other.groupVersions).subtracting(wanted)
        return wanted.subtracting(usable).union(stale.subtracting(listed)).sorted()
    }

    private func groupVersions(where isIncluded: (Version) -> Bool) -> [GroupVersion] {
        groups.flatMap { group in
            group.versions.filter(isIncluded).map {
                GroupVersion(group: group.name, version: $0.name)
            }
        }
    }
}
