import Bytes
import KubeAPI

/// The ids of one recording's names in the names of another: equal texts get equal ids.
struct Translation {
    private let strings: [UInt32]
    private let resources: [UInt32]
    private let clients: [UInt32]
    private let servers: [UInt32]
    private let sources: [UInt32]

    /// Interns every name of `theirs` in `ours`.
    init(_ theirs: Names, into ours: inout Names) {
        var strings: [UInt32] = []
        strings.reserveCapacity(theirs.strings.count)
        for id in 0..<theirs.strings.count {
            strings.append(
                theirs.strings.withBytes(of: UInt32(id)) { ours.strings.intern($0) })
        }
        func tuple(_ ids: SIMD4<UInt32>) -> SIMD4<UInt32> {
            var translated = SIMD4<UInt32>.zero
            for part in 0..<4 { translated[part] = strings[Int(ids[part])] }
            return translated
        }
        resources = (0..<theirs.resources.count).map {
            ours.resources.intern(ResourceIDs(ids: tuple(theirs.resources[UInt32($0)].ids)))
        }
        clients = (0..<theirs.clients.count).map {
            ours.clients.intern(ClientIDs(ids: tuple(theirs.clients[UInt32($0)].ids)))
        }
        servers = (0..<theirs.servers.count).map {
            ours.servers.intern(theirs.servers[UInt32($0)])
        }
        sources = (0..<theirs.sources.count).map {
            Translation.own(theirs.sources[UInt32($0)], in: &ours.sources)
        }
        self.strings = strings
    }

    /// What another of their clusters has is none of ours.
    private static func own(_ name: String, in ours: inout Interner) -> UInt32 {
        name.contains(ClusterScope.mark) ? 0 : ours.intern(name)
    }

    // Recordings are mailed around: what names nothing is nothing.
    private func look(_ id: Int64, in table: [UInt32]) -> UInt32 {
        id > 0 && id < Int64(table.count) ? table[Int(id)] : 0
    }

    func string(_ id: Int64) -> UInt32 { look(id, in: strings) }
    func server(_ id: Int64) -> UInt32 { look(id, in: servers) }
    func source(_ id: Int64) -> UInt32 { look(id, in: sources) }

    /// A row's request with our ids; its audit id stays.
    func translated(_ theirs: Request) -> Request {
        var request = theirs
        request.server = server(Int64(theirs.server))
        request.resource = look(Int64(theirs.resource), in: resources)
        request.client = look(Int64(theirs.client), in: clients)
        request.namespace = string(Int64(theirs.namespace))
        request.name = string(Int64(theirs.name))
        request.path = string(Int64(theirs.path))
        request.query = string(Int64(theirs.query))
        request.source = source(Int64(theirs.source))
        return request
    }
}
