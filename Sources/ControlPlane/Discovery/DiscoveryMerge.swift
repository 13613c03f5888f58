import Bytes
public import KubeAPI

/// The document that a 1.35 server or a newer one makes of its own groups and its peers' (F4.8).
///
/// No server has precedence over another: the one whose id comes first in the alphabet decides what
/// cannot be merged, so every server with the same inputs makes the same document (F4.9). Which
/// groups a peer's cache holds is the dialects' business.
public enum DiscoveryMerge {
    public typealias Group = DiscoveryDocument.Group
    public typealias Version = DiscoveryDocument.Version
    public typealias Resource = DiscoveryDocument.Resource
    public typealias Subresource = DiscoveryDocument.Subresource

    /// Merges the groups of this server's own `/apis` with those of each peer.
    ///
    /// - Parameter peers: the cached and filtered groups of each peer by server id; an entry of
    ///   this server's own id counts for nothing, and the core group is never merged (F4.2).
    public static func groups(
        local: [Group], ownID: String, peers: [String: [Group]]
    ) -> [Group] {
        var lists = peerGroups(cached: peers, ownID: ownID).mapValues { groups in
            groups.filter { !$0.name.isEmpty }
        }
        if lists.isEmpty { return local }
        lists[ownID] = local
        let inOrder = lists.sorted { precedes($0.key, $1.key) }.map(\.value)
        // Where all say the same, the answer is the local list itself (F4.10).
        if inOrder.allSatisfy({ $0 == local }) { return local }
        return merged(inOrder, name: \.name, combine: combined)
    }

    /// What each peer contributes: every cached entry but this server's own.
    public static func peerGroups(
        cached: [String: [Group]], ownID: String
    ) -> [String: [Group]] {
        cached.filter { $0.key != ownID }
    }

    /// A peer's groups without the excluded versions; a group with none left goes too (F3.26).
    public static func groups(_ groups: [Group], excluding versions: Set<GroupVersion>) -> [Group] {
        groups.compactMap { group in
            var kept = group
            kept.versions.removeAll {
                versions.contains(GroupVersion(group: group.name, version: $0.name))
            }
            return kept.versions.isEmpty ? nil : kept
        }
    }

    // MARK: What becomes of entries of one name (F4.9)

    /// The first server that has a group decides its metadata.
    private static func combined(_ groups: [Group]) -> Group {
        var result = groups[0]
        result.versions = merged(groups.map(\.versions), name: \.name, combine: combined)
        return result
    }

    /// The first server that has a version decides its freshness.
    private static func combined(_ versions: [Version]) -> Version {
        var result = versions[0]
        result.resources = merged(versions.map(\.resources), name: \.name, combine: combined)
        return result
    }

    private static func combined(_ resources: [Resource]) -> Resource {
        resources.dropFirst().reduce(resources[0]) { first, second in
            if first == second { return first }
            var result = first
            result.verbs = Set(first.verbs).union(second.verbs).sorted(by: precedes)
            result.subresources = combined(first.subresources, second.subresources)
            return result
        }
    }

    /// The union, where the later server wins.
    private static func combined(
        _ first: [Subresource], _ second: [Subresource]
    ) -> [Subresource] {
        let pairs = (first + second).map { ($0.name, $0) }
        return Dictionary(pairs, uniquingKeysWith: { $1 }).values
            .sorted { precedes($0.name, $1.name) }
    }

    /// The union of lists: entries of one name combined, in the order that all lists give.
    private static func merged<Element: Equatable>(
        _ lists: [[Element]], name: (Element) -> String, combine: ([Element]) -> Element
    ) -> [Element] {
        guard let first = lists.first else { return [] }
        if lists.allSatisfy({ $0 == first }) { return first }
        var entries: [String: [Element]] = [:]
        for list in lists {
            for element in list { entries[name(element), default: []].append(element) }
        }
        return mergedOrder(lists.map { $0.map(name) }).compactMap { entries[$0].map(combine) }
    }

    // MARK: Order (F4.10)

    /// One order of all the names in lists that each have one.
    ///
    /// The first list that holds every name; else an order that keeps each list's own, with ties in
    /// the order of the alphabet; else, where the lists contradict each other, the alphabet's.
    public static func mergedOrder(_ lists: [[String]]) -> [String] {
        let lists = lists.map(withoutRepeats)
        let names = Set(lists.joined())
        if let complete = lists.first(where: { $0.count == names.count }) { return complete }
        let alphabetic = names.sorted(by: precedes)
        return topologicalOrder(alphabetic, lists) ?? alphabetic
    }

    /// Repeatedly the first name in the alphabet that no other must come before; nil in a cycle.
    private static func topologicalOrder(
        _ alphabetic: [String], _ lists: [[String]]
    ) -> [String]? {
        var indexes: [String: Int] = [:]
        for (index, name) in alphabetic.enumerated() { indexes[name] = index }
        var followers = [[Int]](repeating: [], count: alphabetic.count)
        var waitingFor = [Int](repeating: 0, count: alphabetic.count)
        for list in lists {
            let list = list.compactMap { indexes[$0] }
            for (before, after) in zip(list, list.dropFirst()) {
                followers[before].append(after)
                waitingFor[after] += 1
            }
        }
        var ready = SortedIndexes(alphabetic.indices.filter { waitingFor[$0] == 0 })
        var order: [String] = []
        while let next = ready.popFirst() {
            order.append(alphabetic[next])
            for follower in followers[next] {
                waitingFor[follower] -= 1
                if waitingFor[follower] == 0 { ready.insert(follower) }
            }
        }
        return order.count == alphabetic.count ? order : nil
    }

    private static func withoutRepeats(_ list: [String]) -> [String] {
        var seen: Set<String> = []
        return list.filter { seen.insert($0).inserted }
    }

    /// The order of Go's texts: by byte.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// Numbers of which the smallest is wanted next; kept largest first.
private struct SortedIndexes {
    private var descending: [Int]

    init(_ ascending: [Int]) { descending = ascending.reversed() }

    mutating func popFirst() -> Int? { descending.popLast() }

    mutating func insert(_ value: Int) {
        descending.insert(value, at: descending.partitioningIndex { $0 <= value })
    }
}
