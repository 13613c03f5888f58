import ControlPlane
import KubeAPI

/// What sort of resource a request names: it decides what a 404 for it can mean.
enum ResourceNature: Hashable, Sendable {
    case none
    /// Built into servers, so that releases differ in it.
    ///
    /// - Parameter elsewhere: whether a server that nobody knows of might serve it.
    case builtIn(elsewhere: Bool)
    /// From a CustomResourceDefinition, which all servers read from etcd.
    case custom
    /// Handed on to a backend, by the word of an APIService.
    case aggregated

    init(_ id: GroupVersionResource, aggregated: Set<GroupVersion>, unseen: ClosedRange<Release>) {
        if aggregated.contains(id.groupVersion) {
            self = .aggregated
        } else if Catalogue.isBuiltinGroup(id.group) {
            self = .builtIn(elsewhere: Self.mayBeServed(id, by: unseen))
        } else {
            // The reserved names are Kubernetes' own: a later release may have such a group.
            let isReserved = id.group.hasSuffix(".k8s.io") || !id.group.utf8.contains(0x2E)
            let isBeyond = unseen.upperBound > Release.newestSettled
            self = isReserved && isBeyond ? .builtIn(elsewhere: true) : .custom
        }
    }

    private static func mayBeServed(
        _ id: GroupVersionResource, by releases: ClosedRange<Release>
    ) -> Bool {
        // What comes after the last release that came out is anybody's guess.
        if releases.upperBound > Release.newestSettled { return true }
        return Release.each(in: releases).contains { Catalogue.resource(id, in: $0) != nil }
    }
}
