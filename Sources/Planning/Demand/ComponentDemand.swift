public import Judgments
public import KubeAPI

/// What a release's own components ask of a control plane: who, for what, how and when.
///
/// A table made from recordings and from what is known of the components; each row says which. It
/// predicts: nothing in it was recorded in the recording at hand.
public struct ComponentDemand: Sendable {
    /// Everything that the components of a release ask for, each once, by component and resource.
    public static func rows(of release: Release) -> [PredictedRequest] {
        var rows: [PredictedRequest] = []
        var known: Set<String> = []
        for line in table.split(separator: "\n") {
            for row in read(line, release)
            where known.insert("\(row.component) \(row.resource) \(row.occasion)").inserted {
                rows.append(row)
            }
        }
        return rows
    }

    /// One line: component, since, until, group, version, resource, verbs, occasion, source, grade.
    ///
    /// `*` for a resource stands for every one that the controllers follow by discovery: those that
    /// can be deleted, listed and watched (F6.1).
    private static func read(_ line: Substring, _ release: Release) -> [PredictedRequest] {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        precondition(fields.count == 10, "the table of demand has a line of another shape")
        let since = Release(fields[1])
        let until = Release(fields[2])
        guard since.map({ $0 <= release }) ?? true, until.map({ release <= $0 }) ?? true,
            let grade = PredictedRequest.Grade(rawValue: fields[9])
        else { return [] }
        let resources =
            fields[5] == "*"
            ? followed(in: release)
            : [GroupVersionResource(group: fields[3], version: fields[4], resource: fields[5])]
        return resources.map { resource in
            PredictedRequest(
                component: fields[0], resource: resource,
                verbs: fields[6].split(separator: ",").map(String.init), occasion: fields[7],
                source: fields[8], grade: grade)
        }
    }

    private static func followed(in release: Release) -> [GroupVersionResource] {
        Catalogue.resources(in: release).filter { resource in
            ["delete", "list", "watch"].allSatisfy(resource.verbs.contains)
        }.map(\.id)
    }
}

/// Where the controller-manager's requests go.
public enum Placement: String, Sendable, CaseIterable {
    /// As the recording shows it: one server, or several.
    case asRecorded = "as-recorded"
    /// Every controller-manager speaks to the API server of its own node, as with kubeadm.
    case local
    /// Through a load balancer.
    case balancer
}
