import Judgments
import Bytes
import ControlPlane
import KubeAPI
import Replay

/// The input of the rules, put in order once: what every rule asks of it is a look-up here.
///
/// It knows what a request was answered in this run, by the recording or by the model. It draws no
/// conclusion from that.
struct RunView: Sendable {
    /// How a request ended, as far as consequences depend on it.
    enum Answer: Sendable, Equatable {
        /// 2xx.
        case succeeded
        /// A route-level 404 that is wrong; false where other outcomes are possible too.
        case wronglyRefused(isCertain: Bool)
        /// A 404 of handlers, or a right one of the router: the thing is not there.
        case absent
        /// 409.
        case conflict
        /// The proxy's 503 or any other failure; what the caller does is try again.
        case failed(UInt16)
        /// The run does not say.
        case unknown
    }

    let input: FindingsInput
    let control: ControlPlaneView
    let graph: ObjectGraph
    /// By instant.
    let judged: [FindingsInput.Judged]
    let controllers: [RecordedRequest]
    let witnesses: [RecordedRequest]
    let discovery: [RecordedRequest]
    let uses: [RecordedUse]
    /// By resource id.
    let resources: [GroupVersionResource]
    /// By resource id: the routing table's column.
    let columns: [Int]
    /// The columns of every version of a resource that anybody asked for or a release has.
    let columnsByResource: [ResourceKey: [Int]]
    /// A version in which somebody asked for a resource.
    let versionByResource: [ResourceKey: UInt32]
    /// Kinds of built-in resources, by group and plural.
    private let builtinKinds: [String: String]
    /// Positions in `judged`, by request id.
    private let judgedByID: [Int32]
    private let deletions: [RecordedDeletion]

    init(_ input: FindingsInput) {
        self.input = input
        control = ControlPlaneView(input)
        graph = ObjectGraph(input.objects, names: input.names, scenario: input.scenario)
        let bounds = IDBounds(input.names)
        judged = input.judged.filter { bounds.hold($0.request) }.sorted {
            ($0.request.at, $0.request.id) < ($1.request.at, $1.request.id)
        }
        controllers = inOrder(input.controllers.filter(bounds.hold))
        witnesses = inOrder(input.witnesses.filter(bounds.hold))
        discovery = inOrder(input.discovery.filter(bounds.hold))
        uses = input.uses.filter(bounds.hold)
        let names = input.names
        resources = (0..<UInt32(clamping: names.resources.count)).map(names.groupVersionResource)
        columns = resources.enumerated().map { [table = input.table] number, id in
            number == 0
                ? RoutingTable.nonResourceColumn
                : table.column(for: id) ?? RoutingTable.unknownColumn
        }
        var kinds: [String: String] = [:]
        for release in Release.all {
            for resource in Catalogue.resources(in: release) {
                kinds["\(resource.id.group)/\(resource.id.resource)"] = resource.kind
            }
        }
        builtinKinds = kinds
        var versions: [ResourceKey: UInt32] = [:]
        for number in (0..<UInt32(clamping: names.resources.count)).reversed() {
            let key = names.resources[number]
            versions[ResourceKey(group: key.group, resource: key.resource)] = key.version
        }
        versionByResource = versions
        columnsByResource = Self.columnsByResource(input, resources, columns)
        let judged = judged
        judgedByID = judged.indices.map { Int32(clamping: $0) }.sorted {
            judged[Int($0)].request.id < judged[Int($1)].request.id
        }
        deletions = input.deletions.sorted { $0.request < $1.request }
    }

    /// What a resource's objects are called; empty where nothing tells it.
    func kind(group: UInt32, resource: UInt32) -> String {
        let known = graph.kinds.kind(group: group, resource: resource)
        if known != 0 { return text(known) }
        return builtinKinds["\(text(group))/\(text(resource))"] ?? ""
    }

    private static func columnsByResource(
        _ input: FindingsInput, _ resources: [GroupVersionResource], _ columns: [Int]
    ) -> [ResourceKey: [Int]] {
        var versions: [String: Set<String>] = [:]
        for release in Release.all {
            for resource in Catalogue.resources(in: release) {
                let key = "\(resource.id.group)/\(resource.id.resource)"
                versions[key, default: []].insert(resource.id.version)
            }
        }
        var result: [ResourceKey: [Int]] = [:]
        for (number, id) in resources.enumerated() where number != 0 {
            let tuple = input.names.resources[UInt32(number)]
            let key = ResourceKey(group: tuple.group, resource: tuple.resource)
            var found = result[key] ?? []
            if found.isEmpty {
                for version in (versions["\(id.group)/\(id.resource)"] ?? []).sorted() {
                    let other = GroupVersionResource(
                        group: id.group, version: version, resource: id.resource)
                    if let column = input.table.column(for: other) { found.append(column) }
                }
            }
            if !found.contains(columns[number]) { found.append(columns[number]) }
            result[key] = found
        }
        return result
    }

    var names: Names { input.names }
    var isAsRecorded: Bool { input.mode == .asRecorded }

    /// What a certain flag is worth in this run.
    var grade: Finding.Grade { isAsRecorded ? .observed : .predicted }

    func grade(_ verdict: Verdict) -> Finding.Grade {
        verdict.certainty == .certain ? grade : .possible
    }

    func role(_ request: RecordedRequest) -> ControllerRoles.Role { input.roles[request.client] }

    func text(_ id: UInt32) -> String { names.strings[id] }

    func verdict(of id: Int64) -> Verdict? {
        let place = judgedByID.partitioningIndex { judged[Int($0)].request.id >= id }
        guard place < judgedByID.count else { return nil }
        let found = judged[Int(judgedByID[place])]
        return found.request.id == id ? found.verdict : nil
    }

    func deletion(of id: Int64) -> RecordedDeletion? {
        let place = deletions.partitioningIndex { $0.request >= id }
        guard place < deletions.count, deletions[place].request == id else { return nil }
        return deletions[place]
    }

    func answer(_ request: RecordedRequest) -> Answer {
        let verdict = verdict(of: request.id)
        switch verdict?.outcome {
        case .wrongNotFound: return .wronglyRefused(isCertain: verdict?.certainty == .certain)
        case .rightNotFound: return .absent
        case .unavailable: return .failed(503)
        case .unreachable: return .failed(0)
        case .looped where !isAsRecorded: return .unknown
        default: break
        }
        let wasRouted = request.notFound.isRouteLevel || request.status == 503
        if !isAsRecorded, wasRouted {
            // It failed for want of a route that this control plane has.
            return .succeeded
        }
        switch request.status {
        case 200..<300: return .succeeded
        case 404: return .absent
        case 409: return .conflict
        case 0: return .unknown
        default: return .failed(request.status)
        }
    }

    /// When the answer had arrived, as far as the record shows.
    func endOf(_ request: RecordedRequest) -> Int64 {
        let (length, overflow) = max(0, request.durationMicroseconds)
            .multipliedReportingOverflow(by: 1_000)
        let (end, late) = request.at.addingReportingOverflow(length)
        return overflow || late ? request.at : end
    }

    func serverName(_ request: RecordedRequest) -> String { names.servers[request.server] }

    /// A server of a request's path by name; the one that recorded it where the path has none.
    func serverName(_ number: Int?, _ entry: FindingsInput.Judged) -> String {
        guard let number, number >= 0 else { return serverName(entry.request) }
        return control.name(number)
    }

    /// The server that gave the answer.
    func answeringServer(_ entry: FindingsInput.Judged) -> String {
        serverName(entry.verdict.path.last, entry)
    }

    /// The routing table's number of the server that recorded a request.
    func serverNumber(_ request: RecordedRequest) -> Int? {
        input.table.server(named: serverName(request))
    }

    func user(_ client: UInt32) -> String { text(names.clients[client].user) }
    func userAgent(_ client: UInt32) -> String { text(names.clients[client].userAgent) }
    func address(_ client: UInt32) -> UInt32 { names.clients[client].address }

    func subresource(_ resource: UInt32) -> UInt32 { names.resources[resource].subresource }

    /// What an object of the graph is called.
    func identity(_ object: Int) -> Finding.Identity {
        let row = graph.objects[object]
        var result = Finding.Identity()
        result.group = text(row.group)
        result.version = text(row.version)
        result.kind =
            row.kind == 0 ? kind(group: row.group, resource: row.resource) : text(row.kind)
        result.resource = text(row.resource)
        result.namespace = text(row.namespace)
        result.name = text(row.name)
        result.uid = row.uid.text(in: input.objects.oddIDs)
        return result
    }
}

/// Which ids the names hold: a damaged recording is no trap.
struct IDBounds: Sendable {
    private let strings: UInt32
    private let servers: UInt32
    private let resources: UInt32
    private let clients: UInt32

    init(_ names: Names) {
        strings = UInt32(clamping: names.strings.count)
        servers = UInt32(clamping: names.servers.count)
        resources = UInt32(clamping: names.resources.count)
        clients = UInt32(clamping: names.clients.count)
    }

    func hold(_ request: RecordedRequest) -> Bool {
        request.server < servers && request.resource < resources && request.client < clients
            && request.namespace < strings && request.name < strings && request.path < strings
    }

    func hold(_ use: RecordedUse) -> Bool { use.client < clients && use.resource < resources }

    func hold(_ object: RecordedObject) -> Bool {
        object.group < strings && object.version < strings && object.kind < strings
            && object.resource < strings && object.namespace < strings && object.name < strings
    }

    func hold(_ owner: RecordedOwner, of objects: Int) -> Bool {
        let reference = owner.reference
        return owner.dependent >= 0 && Int(owner.dependent) < objects
            && reference.group < strings && reference.version < strings
            && reference.kind < strings && reference.name < strings
    }
}

private func inOrder(_ requests: [RecordedRequest]) -> [RecordedRequest] {
    requests.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
}
