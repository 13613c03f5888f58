public import Judgments
import Bytes
public import ControlPlane
public import KubeAPI
public import Replay

/// Everything that the rules look at, as a value: the selection that the shell makes of a
/// recording.
///
/// It is filled in two steps. While requests are judged, `add` takes every one that got a verdict
/// and keeps what matters. Then the shell reads what the controllers asked (`controllerClients`,
/// `namespaceResources`), the objects, and last what `wanted` names: the evidence about those few
/// owners and namespaces that are in question. Rules never see a request that nobody asks about.
public struct FindingsInput: Sendable {
    /// A request with the verdict of the run.
    public struct Judged: Sendable {
        public var request: RecordedRequest
        public var verdict: Verdict

        public init(_ request: RecordedRequest, _ verdict: Verdict) {
            self.request = request
            self.verdict = verdict
        }
    }

    public let names: Names
    public let table: RoutingTable
    public let scenario: Scenario
    let releases: Scenario.Releases
    public let mode: RunMode
    /// The recording's first and last request.
    public let firstAt: Int64
    public let lastAt: Int64
    /// Every server's log may be taken to be in the recording.
    public var isWhole = true
    let roles: ControllerRoles

    /// What got a flag, what may have deserved one, and whatever a controller asked.
    public private(set) var judged: [Judged] = []
    /// Every request of the garbage collector, the namespace controller and the REST mapper, and
    /// everybody's requests to namespaces, their status and their finalizers.
    public var controllers: [RecordedRequest] = []
    /// Of deletes among `controllers`.
    public var deletions: [RecordedDeletion] = []
    public var objects = RecordedObjects()
    /// Requests that `wanted` asks for: what was done to the owners and namespaces in question.
    public var witnesses: [RecordedRequest] = []
    /// GETs of discovery documents, by whomever; how long they took need not be known.
    public var discovery: [RecordedRequest] = []
    /// Who asked for the resources that servers disagree about.
    public var uses: [RecordedUse] = []
    /// What bodies showed of the fields that releases added.
    public var fields: [RecordedFields] = []
    /// Updates through older servers of what newer ones had written, without bodies.
    public var fieldExposures: [FieldExposure] = []
    /// GETs of the documents of `disputedVersions`, however they were answered.
    public var lookups: [RecordedRequest] = []
    /// Watches that ask for everything at their start, answered 400 or 422.
    public var refusedWatches: [RecordedRequest] = []
    /// Whether any server took such a watch.
    public var takesWatchLists = false
    /// The lists and watches of `conductClients`.
    public var conduct: [RecordedRequest] = []
    /// Of each client at each server the first requests for each of `newResources`, one of each
    /// verb, in each span in which nothing changes: those that succeeded and those refused as
    /// unknown.
    public var firstUses: [RecordedRequest] = []
    /// Built-in versions with resources that not all of the scenario's releases serve alike.
    let disputedVersions: [GroupVersion: [GroupVersionResource]]

    public init(
        names: Names, table: RoutingTable, scenario: Scenario, mode: RunMode, firstAt: Int64,
        lastAt: Int64
    ) {
        self.names = names
        self.table = table
        self.scenario = scenario
        releases = Scenario.Releases(scenario)
        self.mode = mode
        self.firstAt = firstAt
        self.lastAt = lastAt
        roles = ControllerRoles(names)
        disputedVersions = FindingsInput.disputedVersions(
            Set(scenario.servers.flatMap { $0.processes.map(\.release) }))
    }

    private static func disputedVersions(
        _ releases: Set<Release>
    ) -> [GroupVersion: [GroupVersionResource]] {
        var known: [GroupVersionResource: [Catalogue.Availability]] = [:]
        for release in releases {
            for resource in Catalogue.resources(in: release) {
                known[resource.id, default: []].append(resource.availability)
            }
        }
        let disputed = known.filter { $1.count < releases.count || Set($1).count > 1 }
        return Dictionary(grouping: disputed.keys.sorted(), by: \.groupVersion)
    }

    /// Takes a request that got a verdict; most of them need not be kept.
    public mutating func add(_ request: RecordedRequest, _ verdict: Verdict) {
        guard verdict.isFlagged || roles[request.client] != .other else { return }
        judged.append(Judged(request, verdict))
    }

    // MARK: What the shell is to read

    /// The clients all of whose requests belong into `controllers`.
    public var controllerClients: [UInt32] { roles.clients }

    /// The resource ids of namespaces, their status and their finalizers: everybody's requests to
    /// them belong into `controllers`, except reads.
    public var namespaceResources: [UInt32] {
        (0..<UInt32(clamping: names.resources.count)).filter { id in
            let key = names.resources[id]
            return key.group == 0 && names.strings[key.resource] == "namespaces"
        }
    }

    /// The ids of the paths of discovery documents.
    public var discoveryPaths: [UInt32] {
        ["/api", "/apis", "/api/", "/apis/"].compactMap { names.strings.find($0) }
    }

    /// The oldest and the newest release of the control plane.
    var span: (Release, Release)? {
        let releases = scenario.servers.flatMap { $0.processes.map(\.release) }
        guard let old = releases.min(), let new = releases.max() else { return nil }
        return (old, new)
    }

    /// The ids of built-in resources that the newest release has and the oldest lacks.
    public var newResources: [UInt32] {
        guard let (old, new) = span else { return [] }
        return FindingsInput.newResources(names, from: old, to: new)
    }

    /// The ids of built-in resources that one release has and an older one lacks.
    public static func newResources(
        _ names: Names, from old: Release, to new: Release
    ) -> [UInt32] {
        guard old < new else { return [] }
        return (1..<UInt32(clamping: max(1, names.resources.count))).filter { id in
            let resource = names.groupVersionResource(id)
            return Catalogue.resource(resource, in: old) == nil
                && Catalogue.resource(resource, in: new) != nil
        }
    }

    /// The ids of resources to whose kinds a release between the oldest and the newest added
    /// fields.
    public var fieldResources: [UInt32] {
        guard let (old, new) = span, old < new else { return [] }
        return (1..<UInt32(clamping: max(1, names.resources.count))).filter { id in
            Catalogue.fieldNumbers[names.groupVersionResource(id)]?.contains {
                Catalogue.fields[$0].since > old && Catalogue.fields[$0].since <= new
            } ?? false
        }
    }

    /// The ids of the paths of the documents of `disputedVersions`.
    public var lookupPaths: [UInt32] {
        disputedVersions.keys.sorted().compactMap { names.strings.find("/apis/\($0)") }
    }

    /// Clients that asked a server for what it lacks, or were refused a watch, whatever their
    /// addresses: what else they asked tells what became of them.
    public var conductClients: [UInt32] {
        var wanted = Set(refusedWatches.map { names.clients[$0.client].anywhere })
        for lookup in lookups where lookup.status == 404 || isLackingAny(lookup) {
            wanted.insert(names.clients[lookup.client].anywhere)
        }
        guard !wanted.isEmpty else { return [] }
        return (0..<UInt32(clamping: names.clients.count)).filter {
            wanted.contains(names.clients[$0].anywhere)
        }
    }

    private func isLackingAny(_ lookup: RecordedRequest) -> Bool {
        guard let version = GroupVersion(lookupPath: names.strings[lookup.path]),
            let release = releases.release(of: names.servers[lookup.server], at: lookup.at)
        else { return false }
        return disputedVersions[version, default: []].contains {
            Catalogue.resource($0, in: release) == nil
        }
    }

    /// The resource ids about which running servers disagreed, each with the first and the last
    /// moment at which they did.
    ///
    /// Of `uses` only requests for one of these, in its time, are wanted.
    public var disputed: [UInt32: ClosedRange<Int64>] {
        let view = ControlPlaneView(self)
        var disputed: [UInt32: ClosedRange<Int64>] = [:]
        for id in 1..<UInt32(clamping: max(1, names.resources.count)) {
            guard let column = table.column(for: names.groupVersionResource(id)) else { continue }
            let disputes = view.disputes(of: column)
            guard let from = disputes.first?.from, let until = disputes.last?.until else {
                continue
            }
            disputed[id] = from...max(from, until)
        }
        return disputed
    }

    /// Names of objects and namespaces about which requests are to be read into `witnesses`.
    public struct Wanted: Sendable, Equatable {
        /// Requests that name one of these and are no list or watch.
        public var objectNames: [UInt32] = []
        /// Writes in one of these namespaces.
        public var namespaces: [UInt32] = []

        public var isEmpty: Bool { objectNames.isEmpty && namespaces.isEmpty }
    }

    /// To be asked once `controllers` are there.
    public var wanted: Wanted {
        var owners = Set<UInt32>()
        for entry in judged
        where roles[entry.request.client] == .collector && entry.request.verb == .get
            && (entry.verdict.outcome == .wrongNotFound
                || entry.request.notFound.isRouteLevel)
        {
            owners.insert(entry.request.name)
        }
        var namespaces = Set<UInt32>()
        for request in controllers
        where roles[request.client] == .namespaces && request.namespace != 0 {
            namespaces.insert(request.namespace)
        }
        owners.remove(0)
        return Wanted(objectNames: owners.sorted(), namespaces: namespaces.sorted())
    }
}

/// Which clients are the controllers whose mistakes have consequences (F6.23, F6.24, F7.12).
public struct ControllerRoles: Sendable {
    enum Role: UInt8, Sendable {
        case other
        case collector
        case namespaces
        /// The garbage collector's REST mapper.
        case mapper
        /// The controller-manager itself: it fetches tokens for its controllers when it starts.
        case manager
    }

    private let roles: [Role]

    public init(_ names: Names) {
        roles = (0..<names.clients.count).map { id in
            let key = names.clients[UInt32(id)]
            return ControllerRoles.role(
                user: names.strings[key.user], agent: names.strings[key.userAgent])
        }
    }

    static func role(user: String, agent: String) -> Role {
        if user.hasSuffix(":generic-garbage-collector")
            || agent.hasSuffix("generic-garbage-collector")
        {
            return .collector
        }
        if user.hasSuffix(":namespace-controller") || agent.hasSuffix("/namespace-controller")
            || agent.hasSuffix(":namespace-controller")
        {
            return .namespaces
        }
        if agent.hasSuffix("/controller-discovery") { return .mapper }
        if agent.hasSuffix("/kube-controller-manager") { return .manager }
        return .other
    }

    subscript(client: UInt32) -> Role {
        Int(client) < roles.count ? roles[Int(client)] : .other
    }

    /// Those that ask for no resource but what a discovery document told them of.
    public var readers: [UInt32] {
        roles.indices.filter { roles[$0] == .collector || roles[$0] == .namespaces }
            .map { UInt32($0) }
    }

    /// Those whose requests are read whole: the manager's many are of no use but the tokens.
    var clients: [UInt32] {
        roles.indices.filter { roles[$0] != .other }.map { UInt32($0) }
    }
}
