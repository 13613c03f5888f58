import Bytes

/// The ids of one table of names in another: equal texts get equal ids.
///
/// Learns names in the order of their ids, as they come.
public struct NamesTranslation: Sendable {
    private var strings: [UInt32] = [0]
    private var resources: [UInt32] = [0]
    private var clients: [UInt32] = [0]
    private var servers: [UInt32] = [0]
    private var sources: [UInt32] = [0]

    public init() {}

    /// Interns in `ours` what another table has learned since its tail before.
    public mutating func learn(_ tail: NamesTail, into ours: inout Names) {
        for index in tail.strings {
            tail.withString(index) { learn(string: $0, into: &ours) }
        }
        for resource in tail.resources { learn(resource, into: &ours) }
        for client in tail.clients { learn(client, into: &ours) }
        for server in tail.servers { learn(server: server, into: &ours) }
        for source in tail.sources { learn(source: source, into: &ours) }
    }

    public mutating func learn(string: UnsafeBufferPointer<UInt8>, into ours: inout Names) {
        strings.append(ours.strings.intern(string))
    }

    public mutating func learn(_ resource: ResourceIDs, into ours: inout Names) {
        resources.append(ours.resources.intern(ResourceIDs(ids: translated(resource.ids))))
    }

    public mutating func learn(_ client: ClientIDs, into ours: inout Names) {
        clients.append(ours.clients.intern(ClientIDs(ids: translated(client.ids))))
    }

    public mutating func learn(server: String, into ours: inout Names) {
        servers.append(ours.servers.intern(server))
    }

    /// - Parameter source: nil for one that has no place in our names.
    public mutating func learn(source: String?, into ours: inout Names) {
        sources.append(source.map { ours.sources.intern($0) } ?? 0)
    }

    private func translated(_ ids: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var translated = SIMD4<UInt32>.zero
        for part in 0..<4 { translated[part] = string(Int64(ids[part])) }
        return translated
    }

    // Recordings are mailed around: what names nothing is nothing.
    @inline(__always)
    private func look(_ id: Int64, in table: [UInt32]) -> UInt32 {
        id > 0 && id < Int64(table.count) ? table[Int(id)] : 0
    }

    public func string(_ id: Int64) -> UInt32 { look(id, in: strings) }
    public func server(_ id: Int64) -> UInt32 { look(id, in: servers) }
    public func source(_ id: Int64) -> UInt32 { look(id, in: sources) }

    /// A row's request with our ids; its audit id stays.
    public func translated(_ theirs: Request) -> Request {
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
