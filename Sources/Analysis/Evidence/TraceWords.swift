import Bytes
import KubeAPI
import Recording
import Replay

/// The ids of what tells something of the control plane, looked up once for all requests.
struct TraceWords: Sendable {
    /// How a server answered, as `RecordedEvidence.Answer.Kind` has it.
    enum Kind: UInt64 {
        case served
        case notServed
        case unavailable
        case forwarded
    }

    /// First rows of forwarded requests, ascending.
    let origins: [Int64]
    /// Clients with which servers fetch each other's discovery (F9.11).
    let fetchers: IDSet
    let serverClients: IDSet
    let discoveryPaths: IDSet
    let storageVersions: IDSet
    let customResources: IDSet
    /// StorageVersions, CustomResourceDefinitions and APIServices.
    let telling: IDSet
    /// Whole built-in resources whose objects come and go by requests alone.
    private var lasting = IDSet([])
    private var namespaces = IDSet([])
    private var wholes: [UInt32] = []
    /// Of names, one in so many is in the sample: a power of two, less one.
    private let sampling: UInt32
    private let servers: [String]
    /// When processes started, server by server, ascending; of one whose start was not seen, when
    /// its predecessor was last seen and it was first.
    private var starts: [Int64] = []
    /// For each server, where its starts begin; and where the last one's end.
    private var firstStart = [0]
    /// Resources that differ in their subresource alone are one.
    private var numbers: [Int] = []
    private var ids: [GroupVersionResource] = []

    init(_ names: Names, _ outline: RecordedOutline, _ processes: [ServerProcess]) {
        origins = outline.passes.map(\.origin).sorted()
        let servers = (0..<UInt32(names.servers.count)).map { names.servers[$0] }
        self.servers = servers
        let own = names.loopbackClients
        serverClients = IDSet(own)
        fetchers = IDSet(own.filter { names.clients[$0].userAgent == 0 })
        discoveryPaths = IDSet(["/api", "/apis"].compactMap { names.strings.find($0) })
        let resources = (0..<UInt32(names.resources.count))
        func named(_ name: String, _ isWanted: (UInt32) -> Bool = { _ in true }) -> [UInt32] {
            let text = names.strings.find(name)
            return resources.filter { names.resources[$0].resource == text && isWanted($0) }
        }
        let isWhole = { names.resources[$0].subresource == 0 }
        let versions = named("storageversions")
        let definitions = named("customresourcedefinitions", isWhole)
        storageVersions = IDSet(versions)
        customResources = IDSet(definitions)
        telling = IDSet(versions + definitions + named("apiservices", isWhole))
        sampling = TraceWords.sampling(of: outline.requestCount)
        wholes = Witnesses.wholes(resources.map(names.groupVersionResource))
        // Events expire, and objects of custom resources go with their definition.
        lasting = IDSet(
            resources.filter {
                let id = names.groupVersionResource($0)
                return $0 != 0 && isWhole($0) && id.resource != "events"
                    && Catalogue.isBuiltinGroup(id.group)
            })
        namespaces = IDSet(named("namespaces", isWhole))
        for server in servers {
            starts += TraceWords.bounds(of: processes.filter { $0.server == server })
            firstStart.append(starts.count)
        }
        number(resources.map { names.groupVersionResource($0) })
    }

    /// What was answered between two processes of a server, either may have answered.
    private static func bounds(of processes: [ServerProcess]) -> [Int64] {
        var bounds: [Int64] = []
        for (index, process) in processes.enumerated() {
            if index > 0, process.startedAt == nil {
                bounds.append(processes[index - 1].lastSeen.clampedAdding(1))
            }
            bounds.append(process.startedAt ?? process.firstSeen)
        }
        return bounds.sorted()
    }

    /// So that some hundred thousand rows are followed at most, however long the log is.
    private static func sampling(of requests: Int64) -> UInt32 {
        var mask: UInt32 = 0
        while requests >> Int64(mask.nonzeroBitCount) > 400_000 { mask = mask << 1 | 1 }
        return mask
    }

    /// Whether an object's life is followed: by its name, so that all of it is.
    @inline(__always)
    func isSampled(_ row: RequestScan.AnswerRow) -> Bool {
        lasting.contains(row.resource)
            && (row.name &* 0x9E37_79B1) >> 16 & sampling == 0
            && (row.name != 0 || row.verb == .deletecollection)
            || row.verb == .delete && namespaces.contains(row.resource)
    }

    func isNamespace(_ resource: UInt32) -> Bool { namespaces.contains(resource) }

    func whole(_ resource: UInt32) -> UInt32 { wholes[Int(resource)] }

    private mutating func number(_ resources: [GroupVersionResource]) {
        var known: [GroupVersionResource: Int] = [:]
        for id in resources {
            let number = known[id] ?? ids.count
            if number == ids.count { ids.append(id) }
            known[id] = number
            numbers.append(number)
        }
    }

    /// A number for the process, the resource and the kind of an answer.
    @inline(__always)
    func key(_ row: RequestScan.AnswerRow, _ kind: Kind) -> UInt64 {
        let server = Int(row.server)
        let own = starts[firstStart[server]..<firstStart[server + 1]]
        // Before its first start a server had a process too.
        let process = own.partitioningIndex { row.at < $0 } + server
        return (UInt64(process) << 32 | UInt64(numbers[Int(row.resource)])) << 2 | kind.rawValue
    }

    func place(_ key: UInt64) -> (server: String, id: GroupVersionResource, kind: Int) {
        (
            servers[server(ofProcess: Int(key >> 34))], ids[Int(key >> 2 & 0xFFFF_FFFF)],
            Int(key & 3)
        )
    }

    private func server(ofProcess process: Int) -> Int {
        servers.indices.last { firstStart[$0] + $0 <= process } ?? 0
    }

    func server(_ id: UInt32) -> String { servers[Int(id)] }

    var serverCount: Int { servers.count }
}
