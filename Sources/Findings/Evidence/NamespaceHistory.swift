import Bytes
import ControlPlane
import KubeAPI

/// A resource in whatever version: objects are stored once, however they are asked for.
struct ResourceKey: Hashable, Sendable {
    var group: UInt32
    var resource: UInt32
}

/// One run of the namespace controller over one namespace (F7.3 to F7.10).
struct NamespacePass: Sendable {
    /// What it asked about one resource.
    struct Asked: Sendable {
        var version: UInt32
        var collections: [RecordedRequest] = []
        var lists: [RecordedRequest] = []
    }

    var start: Int64
    var end: Int64
    /// When it asked about the first resource: discovery came before.
    var firstAsked: Int64
    var asked: [ResourceKey: Asked] = [:]
    /// The GETs of discovery documents that it may have worked by.
    var discovery: [RecordedRequest] = []
    /// The request that took the finalizer away.
    var finalize: RecordedRequest?
}

/// One deletion of a namespace, from the request for it to its end or the recording's.
struct NamespaceDeletion: Sendable {
    var namespace: UInt32
    /// Who asked for it; nil where that is not in the recording.
    var request: RecordedRequest?
    var passes: [NamespacePass] = []
    /// One of the same name was made before the last step was seen.
    var isRemade = false

    var finalize: RecordedRequest? { passes.last?.finalize }
    /// When it was first seen to be on its way out.
    var start: Int64 { request?.at ?? passes.first?.start ?? .max }
}

/// What the namespace controller did, namespace by namespace.
struct NamespaceHistory: Sendable {
    private(set) var deletions: [NamespaceDeletion] = []

    /// What is open of one namespace while the requests are read.
    private struct Open {
        var number: Int
        var got: Int64?
        var isDone = false
    }

    private let run: RunView
    private let apis: UInt32?
    private var open: [UInt32: Open] = [:]
    private var discovery: [RecordedRequest] = []
    private var failures: [RecordedRequest] = []

    init(_ run: RunView) {
        self.run = run
        apis = run.names.strings.find("/apis")
        for request in run.controllers { read(request) }
        attachDiscovery()
    }

    private mutating func read(_ request: RecordedRequest) {
        let role = run.role(request)
        if request.resource == 0 {
            if role == .namespaces { readDiscovery(request) }
            return
        }
        let resource = run.names.resources[request.resource]
        if resource.group == 0, run.resources[Int(request.resource)].resource == "namespaces" {
            readLifecycle(request, role, run.text(resource.subresource))
        } else if role == .namespaces, request.namespace != 0 {
            readContent(
                request, ResourceKey(group: resource.group, resource: resource.resource),
                resource.version)
        }
    }

    private mutating func readDiscovery(_ request: RecordedRequest) {
        if request.path == apis { discovery.append(request) }
        let isError = request.status >= 400
        if isError, run.text(request.path).hasPrefix("/api") { failures.append(request) }
    }

    /// Discovery requests that failed while a run of the controller went on.
    func failedDiscovery(in pass: NamespacePass) -> [RecordedRequest] {
        failures[..<prefix(of: failures, until: pass.end)].reversed()
            .prefix { $0.at >= pass.start }.reversed()
    }

    private mutating func readLifecycle(
        _ request: RecordedRequest, _ role: ControllerRoles.Role, _ subresource: String
    ) {
        guard request.name != 0 else { return }
        switch (request.verb, subresource) {
        case (.delete, "") where request.isSuccess:
            if let state = open[request.name], !state.isDone { return }
            begin(request.name, request)
        case (.create, "") where request.isSuccess:
            guard let state = open[request.name], !state.isDone else { return }
            deletions[state.number].isRemade = true
            open[request.name] = nil
        case (.get, "") where role == .namespaces:
            // Between a conflict and the second try it asks again: that is no new run.
            open[request.name]?.got = request.at
        case (.update, "finalize") where role == .namespaces && request.isSuccess:
            let state = open[request.name] ?? begin(request.name, nil)
            if deletions[state.number].passes.isEmpty {
                deletions[state.number].passes.append(
                    NamespacePass(start: request.at, end: request.at, firstAsked: request.at))
            }
            let last = deletions[state.number].passes.count - 1
            deletions[state.number].passes[last].finalize = request
            deletions[state.number].passes[last].end = request.at
            open[request.name]?.isDone = true
        default: return
        }
    }

    @discardableResult
    private mutating func begin(_ namespace: UInt32, _ request: RecordedRequest?) -> Open {
        let state = Open(number: deletions.count)
        deletions.append(NamespaceDeletion(namespace: namespace, request: request))
        open[namespace] = state
        return state
    }

    private mutating func readContent(
        _ request: RecordedRequest, _ key: ResourceKey, _ version: UInt32
    ) {
        guard request.verb == .deletecollection || request.verb == .list else { return }
        var state = open[request.namespace] ?? begin(request.namespace, nil)
        if state.isDone { state = begin(request.namespace, nil) }
        let got = open[request.namespace]?.got
        if got != nil || deletions[state.number].passes.isEmpty {
            deletions[state.number].passes.append(
                NamespacePass(
                    start: got ?? request.at, end: request.at, firstAsked: request.at))
            open[request.namespace]?.got = nil
        }
        let last = deletions[state.number].passes.count - 1
        var pass = deletions[state.number].passes[last]
        deletions[state.number].passes[last].asked = [:]
        pass.end = max(pass.end, run.endOf(request))
        var asked = pass.asked[key] ?? NamespacePass.Asked(version: version)
        if request.verb == .list {
            asked.lists.append(request)
        } else {
            asked.collections.append(request)
        }
        pass.asked[key] = asked
        deletions[state.number].passes[last] = pass
    }

    /// Discovery requests name no namespace: those between a run's start and its first question
    /// may be its own, or another worker's.
    private mutating func attachDiscovery() {
        for number in deletions.indices {
            for index in deletions[number].passes.indices {
                let pass = deletions[number].passes[index]
                let before = prefix(of: discovery, until: pass.firstAsked)
                let within = discovery[..<before].reversed().prefix { $0.at >= pass.start }
                deletions[number].passes[index].discovery =
                    within.isEmpty
                    ? discovery[..<before].suffix(1).map(\.self) : within.reversed()
            }
        }
    }

    /// How many of some requests, which are in order, came until an instant.
    private func prefix(of requests: [RecordedRequest], until instant: Int64) -> Int {
        requests.partitioningIndex { $0.at > instant }
    }
}
