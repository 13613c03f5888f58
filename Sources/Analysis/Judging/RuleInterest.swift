import Bytes
import ControlPlane
import Findings
import KubeAPI
import Recording

/// Which requests the rules will ask for: what of it is known before requests are judged, as
/// look-ups by id.
struct RuleInterest: Sendable {
    let controllerClients: IDSet
    let namespaceResources: IDSet
    private let disputedResources: IDSet
    private let disputed: [UInt32: ClosedRange<Int64>]
    let discoveryPaths: IDSet
    let lookupPaths: IDSet
    let newResources: IDSet
    let fieldResources: IDSet
    /// Between two of these nothing changes in what becomes of a request.
    private let edges: [Int64]

    /// - Parameters:
    ///   - newResources: nil for those of the input's scenario.
    ///   - edges: nil for those of its table.
    init(_ input: FindingsInput, newResources: [UInt32]? = nil, edges: [Int64]? = nil) {
        self.edges = edges ?? input.table.epochs
        controllerClients = IDSet(input.controllerClients)
        namespaceResources = IDSet(input.namespaceResources)
        disputed = input.disputed
        disputedResources = IDSet(Array(disputed.keys))
        discoveryPaths = IDSet(input.discoveryPaths)
        lookupPaths = IDSet(input.lookupPaths)
        self.newResources = IDSet(newResources ?? input.newResources)
        fieldResources = IDSet(input.fieldResources)
    }

    func span(of instant: Int64) -> Int { edges.partitioningIndex { $0 > instant } }

    /// Whether servers disagreed about a resource at an instant, or before and after it.
    @inline(__always)
    func isDisputed(_ resource: UInt32, at instant: Int64) -> Bool {
        disputedResources.contains(resource) && disputed[resource]?.contains(instant) == true
    }
}

/// The requests of a range that the rules will ask for.
struct NotedRequests: Sendable {
    private struct Use: Hashable {
        var client: UInt32
        var resource: UInt32
    }

    private struct FirstUse: Hashable {
        var use: Use
        var verb: Verb
        var server: UInt32
        var span: Int
        var isSuccess: Bool
    }

    /// All requests of controllers, and the writes to namespaces by anybody.
    private(set) var controllers: [Int64] = []
    /// Successful GETs of discovery documents, whole: they name nothing but a path.
    private(set) var discovery: [RecordedRequest] = []
    /// GETs of the documents of versions that releases differ in.
    private(set) var lookups: [RecordedRequest] = []
    /// Watches that a server would not begin.
    private(set) var refusedWatches: [Int64] = []
    /// Somebody updated an object of a kind that has new fields.
    private(set) var updatesFields = false
    private var uses: [Use: RecordedUse] = [:]
    private var first: [FirstUse: RecordedRequest] = [:]

    /// Ids of the first requests for what an older release lacks.
    var firstUses: [Int64] { first.values.map(\.id).sorted() }

    /// How often which client asked for each of the resources that servers disagree about.
    var allUses: [RecordedUse] {
        uses.values.sorted { ($0.client, $0.resource) < ($1.client, $1.resource) }
    }

    @inline(__always)
    mutating func note(_ row: RequestScan.Row, _ interest: RuleInterest) {
        if interest.controllerClients.contains(row.client) {
            controllers.append(row.id)
        } else if interest.namespaceResources.contains(row.resource) {
            switch row.verb {
            case .create, .update, .patch, .delete: controllers.append(row.id)
            default: break
            }
        }
        if row.path != 0, row.verb == .get {
            if interest.discoveryPaths.contains(row.path), row.status == 200 {
                discovery.append(RecordedRequest(row))
            } else if interest.lookupPaths.contains(row.path) {
                lookups.append(RecordedRequest(row))
            }
        }
        if row.verb == .watch, row.status == 422 || row.status == 400 {
            refusedWatches.append(row.id)
        }
        if row.verb == .update, interest.fieldResources.contains(row.resource) {
            updatesFields = true
        }
        if interest.newResources.contains(row.resource) {
            let request = RecordedRequest(row)
            if request.isSuccess || request.notFound.isRouteLevel {
                add(first: request, span: interest.span(of: row.at))
            }
        }
        if interest.isDisputed(row.resource, at: row.at) {
            add(
                RecordedUse(
                    client: row.client, resource: row.resource, requests: 1, first: row.at,
                    last: row.at))
        }
    }

    private mutating func add(first request: RecordedRequest, span: Int) {
        add(
            request,
            at: FirstUse(
                use: Use(client: request.client, resource: request.resource), verb: request.verb,
                server: request.server, span: span, isSuccess: request.isSuccess))
    }

    private mutating func add(_ request: RecordedRequest, at key: FirstUse) {
        if let known = first[key], (known.at, known.id) <= (request.at, request.id) { return }
        first[key] = request
    }

    private mutating func add(_ use: RecordedUse) {
        let key = Use(client: use.client, resource: use.resource)
        guard var sum = uses[key] else { return uses[key] = use }
        sum.requests += use.requests
        sum.first = min(sum.first, use.first)
        sum.last = max(sum.last, use.last)
        uses[key] = sum
    }

    mutating func append(_ other: NotedRequests) {
        controllers += other.controllers
        discovery += other.discovery
        lookups += other.lookups
        refusedWatches += other.refusedWatches
        updatesFields = updatesFields || other.updatesFields
        for use in other.uses.values { add(use) }
        for (key, request) in other.first { add(request, at: key) }
    }
}

extension RecordedRequest {
    /// What a scan of all requests reads of one.
    init(_ row: RequestScan.Row) {
        self.init(
            id: row.id, at: row.at, server: row.server, resource: row.resource,
            client: row.client, path: row.path, status: row.status, verb: row.verb,
            notFound: row.notFound)
    }
}

/// A set of ids of the recording: a look-up is one read.
struct IDSet: Sendable {
    private let isMember: [Bool]

    init(_ ids: [UInt32]) {
        var isMember = [Bool](repeating: false, count: ids.max().map { Int($0) + 1 } ?? 0)
        for id in ids { isMember[Int(id)] = true }
        self.isMember = isMember
    }

    var isEmpty: Bool { isMember.isEmpty }

    @inline(__always)
    func contains(_ id: UInt32) -> Bool { Int(id) < isMember.count && isMember[Int(id)] }
}
