import Judgments
import Bytes
import ControlPlane
import Findings
import KubeAPI
import Replay

/// A recording in miniature, written as the events of a story, and the run over it.
///
/// Three servers unless said otherwise: `old-1` and `old-2` of 1.35 and `new` of 1.36, without the
/// proxy, all up before the story begins. Seconds count from there.
struct Timeline {
    static let origin: Int64 = 1_700_000_000_000_000_000
    static let collectorAgent =
        "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/abc1234/"
        + "system:serviceaccount:kube-system:generic-garbage-collector"
    static let namespaceAgent =
        "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/abc1234/"
        + "system:serviceaccount:kube-system:namespace-controller"
    static let mapperAgent =
        "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/abc1234/controller-discovery"

    /// A resource as its path spells it.
    struct Resource {
        var group: String
        var version: String
        var plural: String
        var kind: String

        /// Served by 1.36 alone, cluster-scoped.
        static let policies = Resource(
            group: "admissionregistration.k8s.io", version: "v1",
            plural: "mutatingadmissionpolicies", kind: "MutatingAdmissionPolicy")
        static let configMaps = Resource(
            group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
        static let pods = Resource(group: "", version: "v1", plural: "pods", kind: "Pod")
        static let services = Resource(
            group: "", version: "v1", plural: "services", kind: "Service")
        static let namespaces = Resource(
            group: "", version: "v1", plural: "namespaces", kind: "Namespace")
        static let claims = Resource(
            group: "resource.k8s.io", version: "v1", plural: "resourceclaims",
            kind: "ResourceClaim")
        static let widgets = Resource(
            group: "crd.example.com", version: "v1", plural: "widgets", kind: "Widget")
    }

    struct Object {
        var resource: Resource
        var namespace: String
        var name: String
        var uid: String
    }

    var scenario: Scenario
    var mode = RunMode.asRecorded
    var until = 600.0
    private(set) var names = Names()
    private(set) var subjects: [(request: RecordedRequest, flags: RequestFlags)] = []
    private(set) var deletions: [RecordedDeletion] = []
    private(set) var objects = RecordedObjects()
    private var numbers: [String: Int] = [:]
    private var fields: [RecordedFields] = []

    init(_ releases: [(String, Int)] = [("old-1", 35), ("old-2", 35), ("new", 36)]) {
        scenario = Scenario()
        scenario.name = "test"
        for (name, minor) in releases {
            var server = Scenario.Server(name: name)
            let off = "--feature-gates=UnknownVersionInteroperabilityProxy=false"
            server.processes = [
                .init(
                    startedAt: Self.origin - 3_600_000_000_000, release: Release(minor: minor),
                    readyAfter: 3_000_000_000, flags: [off])
            ]
            scenario.servers.append(server)
            _ = names.servers.intern(name)
        }
    }

    /// The same control plane with the proxy on everywhere.
    mutating func turnProxyOn() {
        for server in scenario.servers.indices {
            scenario.servers[server].processes[0].flags = [
                "--feature-gates=UnknownVersionInteroperabilityProxy=true",
                "--peer-ca-file=ca.crt",
            ]
        }
    }

    // MARK: Requests

    @discardableResult
    mutating func request(
        _ seconds: Double, _ verb: Verb, _ resource: Resource, _ name: String = "",
        in namespace: String = "", subresource: String = "", at server: String,
        status: UInt16 = 200, shape: NotFoundShape = .none, agent: String = "kubectl/v1.35.0",
        user: String = "jane"
    ) -> Int64 {
        var request = RecordedRequest(
            id: Int64(subjects.count + 1), at: Self.instant(seconds),
            durationMicroseconds: 1_000, server: names.servers.intern(server))
        request.resource = names.resource(
            group: resource.group, version: resource.version, resource: resource.plural,
            subresource: subresource)
        let isItself = resource.plural == "namespaces" && resource.group.isEmpty
        request.namespace = names.strings.intern(isItself ? name : namespace)
        request.name = names.strings.intern(name)
        request.verb = verb
        request.status = status
        request.notFound = status == 404 ? (shape == .none ? .object : shape) : .none
        request.client = client(agent, user)
        subjects.append((request, []))
        return request.id
    }

    /// A GET that names no resource.
    mutating func discovery(
        _ seconds: Double, at server: String, agent: String, path: String = "/apis",
        status: UInt16 = 200
    ) {
        var request = RecordedRequest(
            id: Int64(subjects.count + 1), at: Self.instant(seconds),
            durationMicroseconds: 1_000, server: names.servers.intern(server))
        request.path = names.strings.intern(path)
        request.verb = .get
        request.status = status
        request.client = client(agent, Self.user(of: agent))
        subjects.append((request, []))
    }

    private mutating func client(_ agent: String, _ user: String) -> UInt32 {
        names.clients.intern(
            ClientIDs(
                user: names.strings.intern(user), userAgent: names.strings.intern(agent)))
    }

    private static func user(of agent: String) -> String {
        let last = agent.split(separator: "/").last ?? ""
        return last.hasPrefix("system:") ? String(last) : "system:kube-controller-manager"
    }

    /// A request about one object, and the fields that its bodies had.
    mutating func fields(
        _ seconds: Double, _ verb: Verb, _ resource: Resource, _ name: String,
        in namespace: String = "a", subresource: String = "", at server: String,
        sent: [String]? = nil, shown: [String]?, version: Int64, agent: String = "kubectl/v1.35.0"
    ) {
        let id = request(
            seconds, verb, resource, name, in: namespace, subresource: subresource, at: server,
            agent: agent)
        var request = subjects[subjects.count - 1].request
        request.id = id
        let ids = [sent, shown].map { paths in
            paths.map { names.strings.intern($0.joined(separator: "\n")) }
        }
        fields.append(
            RecordedFields(
                request, query: 0, name: request.name, version: version, sent: ids[0],
                shown: ids[1]))
    }

    // MARK: The garbage collector

    /// Its GET of an object: 404 of shape `route` unless another status is given.
    mutating func collectorGets(
        _ seconds: Double, _ object: Object, at server: String, status: UInt16 = 404,
        shape: NotFoundShape = .route
    ) {
        request(
            seconds, .get, object.resource, object.name, in: object.namespace, at: server,
            status: status, shape: shape, agent: Self.collectorAgent,
            user: Self.user(of: Self.collectorAgent))
    }

    /// Its DELETE of an object; the graph learns of a success.
    mutating func collectorDeletes(
        _ seconds: Double, _ object: Object, at server: String = "old-1", status: UInt16 = 200,
        propagation: Deletion.Propagation = .background, withBody: Bool = true
    ) {
        let id = request(
            seconds, .delete, object.resource, object.name, in: object.namespace, at: server,
            status: status, agent: Self.collectorAgent, user: Self.user(of: Self.collectorAgent))
        if withBody {
            deletions.append(
                RecordedDeletion(request: id, uid: uniqueID(object.uid), propagation: propagation))
        }
        if status == 200, let number = numbers[object.uid] {
            objects.objects[number].deleted = Self.instant(seconds)
        }
    }

    mutating func collectorPatches(
        _ seconds: Double, _ object: Object, at server: String = "old-1"
    ) {
        request(
            seconds, .patch, object.resource, object.name, in: object.namespace, at: server,
            agent: Self.collectorAgent, user: Self.user(of: Self.collectorAgent))
    }

    // MARK: Objects

    /// Somebody creates an object; body and answer are in the log.
    @discardableResult
    mutating func create(
        _ seconds: Double, _ resource: Resource, _ name: String, in namespace: String = "",
        at server: String = "new", owners: [Object] = [], finalizers: [String] = [],
        uid: String? = nil
    ) -> Object {
        let object = Object(
            resource: resource, namespace: namespace, name: name, uid: uid ?? "uid-\(name)")
        request(seconds, .create, resource, name, in: namespace, at: server, status: 201)
        observe(seconds, object, owners: owners, finalizers: finalizers)
        objects.objects[numbers[object.uid] ?? 0].created = Self.instant(seconds)
        return object
    }

    /// An object as a body shows it.
    mutating func observe(
        _ seconds: Double, _ object: Object, owners: [Object] = [], finalizers: [String] = []
    ) {
        let at = Self.instant(seconds)
        let number = numbers[object.uid] ?? objects.objects.count
        if number == objects.objects.count {
            var row = RecordedObject(uid: uniqueID(object.uid), first: at, last: at)
            row.group = names.strings.intern(object.resource.group)
            row.version = names.strings.intern(object.resource.version)
            row.kind = names.strings.intern(object.resource.kind)
            row.resource = names.strings.intern(object.resource.plural)
            row.namespace = names.strings.intern(object.namespace)
            row.name = names.strings.intern(object.name)
            objects.objects.append(row)
            numbers[object.uid] = number
        }
        objects.objects[number].last = max(objects.objects[number].last, at)
        for owner in owners { addOwner(owner, to: number, at) }
        for finalizer in finalizers {
            objects.finalizers.append(
                RecordedFinalizer(
                    object: Int32(number), finalizer: names.strings.intern(finalizer), first: at,
                    last: at))
        }
    }

    private mutating func addOwner(_ owner: Object, to number: Int, _ at: Int64) {
        let reference = OwnerReference(
            group: names.strings.intern(owner.resource.group),
            version: names.strings.intern(owner.resource.version),
            kind: names.strings.intern(owner.resource.kind),
            name: names.strings.intern(owner.name), uid: uniqueID(owner.uid), isController: false,
            blocksDeletion: false)
        let known = objects.owners.firstIndex {
            $0.dependent == Int32(number) && $0.reference == reference
        }
        if let known {
            objects.owners[known].last = max(objects.owners[known].last, at)
        } else {
            objects.owners.append(
                RecordedOwner(
                    dependent: Int32(number), reference: reference, first: at, last: at))
        }
    }

    /// Somebody deletes an object, and it is gone.
    mutating func delete(_ seconds: Double, _ object: Object, at server: String = "new") {
        request(seconds, .delete, object.resource, object.name, in: object.namespace, at: server)
        if let number = numbers[object.uid] {
            objects.objects[number].deleted = Self.instant(seconds)
        }
    }

    /// Forgets bodies, as a log of level Metadata does.
    mutating func dropBodies() {
        objects = RecordedObjects()
        deletions = []
    }

    private mutating func uniqueID(_ text: String) -> UniqueID {
        // Ids are texts here: what the interner says is as good as a UUID.
        UniqueID(interned: objects.oddIDs.intern(text))
    }

    static func instant(_ seconds: Double) -> Int64 { origin + Int64(seconds * 1e9) }

    // MARK: The run

    /// What the shell does: judge everything, then select.
    func input() -> FindingsInput {
        let table = RoutingTable(scenario)
        let replay = Replay(
            table: table, scenario: scenario, modes: [mode], names: names, loopbackClients: [])
        var input = FindingsInput(
            names: names, table: table, scenario: scenario, mode: mode, firstAt: Self.instant(0),
            lastAt: Self.instant(until))
        var memory = JudgeMemory()
        var tallies = Tallies(serverCount: table.servers.count)
        for (request, flags) in subjects {
            let subject = Replay.Subject(
                id: request.id, at: request.at, server: request.server,
                resource: request.resource, client: request.client, verb: request.verb,
                status: request.status,
                notFound: request.notFound, flags: flags)
            let judgement = replay.judge(subject, memory: &memory, tallies: &tallies)
            let verdict = mode == .asRecorded ? judgement?.asRecorded : judgement?.whatIf
            if let verdict { input.add(request, verdict) }
        }
        select(&input)
        return input
    }

    private func select(_ input: inout FindingsInput) {
        let requests = subjects.map(\.request)
        let clients = Set(input.controllerClients)
        let namespaces = Set(input.namespaceResources)
        input.controllers = requests.filter {
            clients.contains($0.client)
                || (namespaces.contains($0.resource)
                    && [.create, .update, .patch, .delete].contains($0.verb))
        }
        input.objects = objects
        input.deletions = deletions
        let wanted = input.wanted
        input.witnesses = requests.filter {
            (wanted.objectNames.contains($0.name) && $0.verb != .list && $0.verb != .watch)
                || (wanted.namespaces.contains($0.namespace)
                    && ($0.verb == .create || $0.verb == .delete))
        }
        input.fields = fields
        let lookups = Set(input.lookupPaths)
        input.lookups = requests.filter {
            $0.resource == 0 && lookups.contains($0.path) && $0.verb == .get
        }
        input.refusedWatches = requests.filter { $0.verb == .watch && $0.status == 422 }
        input.takesWatchLists = requests.contains { $0.verb == .watch && $0.isSuccess }
        let watched = Set(input.conductClients)
        input.conduct = requests.filter {
            watched.contains($0.client) && ($0.verb == .list || $0.verb == .watch)
        }
        let paths = Set(input.discoveryPaths)
        input.discovery = requests.filter {
            $0.resource == 0 && paths.contains($0.path) && $0.status == 200
        }
    }

    func findings(_ kind: Finding.Kind) -> [Finding] {
        Conclusions(input()).findings.filter { $0.kind == kind }
    }
}

extension Finding {
    /// The victims of a grade by name.
    func victims(_ grade: Grade) -> [String] {
        victims.filter { $0.grade == grade }.map(\.object.name).sorted()
    }
}
