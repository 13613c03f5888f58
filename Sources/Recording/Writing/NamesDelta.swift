import Bytes
public import KubeAPI
import SQLiteKit

/// The names that a parser has learned since it last handed some on: what a batch of `Traffic`
/// needs besides the names that the recording holds already.
///
/// Cut on the parser's thread, stored on the writer's. Ids only grow, so the new ones are a tail.
public struct NamesDelta: Sendable {
    /// How far names have been handed on.
    public struct Mark: Sendable {
        var strings = 1
        var resources = 1
        var clients = 1
        var servers = 1
        var sources = 1

        /// Where a parser begins that was given the names of a recording.
        public init(storedOf names: Names) {
            self.init(endOf: names)
            strings = names.storedStrings
        }

        fileprivate init(endOf names: Names) {
            strings = names.strings.count
            resources = names.resources.count
            clients = names.clients.count
            servers = names.servers.count
            sources = names.sources.count
        }
    }

    struct Tuple: Sendable {
        var ids: SIMD4<UInt32>
        /// As bytes: a text that is no UTF-8 must stay the one it is in `strings`.
        var texts: [[UInt8]]
    }

    private(set) var first: Mark
    private(set) var stringBytes: [UInt8] = []
    private(set) var stringEnds: [Int] = []
    private(set) var resources: [Tuple] = []
    private(set) var clients: [Tuple] = []
    private(set) var servers: [String] = []
    private(set) var sources: [String] = []

    /// Nothing new.
    init() { first = Mark(endOf: Names()) }

    /// What `names` has beyond `mark`, which moves to its end.
    public init(of names: Names, after mark: inout Mark) {
        first = mark
        for id in mark.strings..<names.strings.count {
            names.strings.withBytes(of: UInt32(id)) { stringBytes.append(contentsOf: $0) }
            stringEnds.append(stringBytes.count)
        }
        resources = (mark.resources..<names.resources.count).map {
            Tuple(names.resources[UInt32($0)].ids, names)
        }
        clients = (mark.clients..<names.clients.count).map {
            Tuple(names.clients[UInt32($0)].ids, names)
        }
        servers = (mark.servers..<names.servers.count).map { names.servers[UInt32($0)] }
        sources = (mark.sources..<names.sources.count).map { names.sources[UInt32($0)] }
        mark = Mark(endOf: names)
    }

    /// The text of an id, where it is one of the new ones.
    func text(_ id: UInt32) -> [UInt8]? {
        let index = Int(id) - first.strings
        guard stringEnds.indices.contains(index) else { return nil }
        return Array(stringBytes[(index == 0 ? 0 : stringEnds[index - 1])..<stringEnds[index]])
    }
}

extension NamesDelta.Tuple {
    init(_ ids: SIMD4<UInt32>, _ names: Names) {
        self.ids = ids
        texts = (0..<4).map { names.strings.withBytes(of: ids[$0]) { [UInt8]($0) } }
    }
}

/// The statements that store names.
struct NamesStore: ~Copyable {
    private var string: Statement
    private var resource: Statement
    private var client: Statement
    private var server: Statement
    private var source: Statement

    mutating func store(_ delta: NamesDelta) throws(SQLiteError) {
        try storeStrings(delta)
        try NamesStore.store(delta.resources, from: delta.first.resources, with: &resource)
        try NamesStore.store(delta.clients, from: delta.first.clients, with: &client)
        try NamesStore.store(delta.servers, from: delta.first.servers, with: &server)
        try NamesStore.store(delta.sources, from: delta.first.sources, with: &source)
    }

    private mutating func storeStrings(_ delta: NamesDelta) throws(SQLiteError) {
        var start = 0
        for (index, end) in delta.stringEnds.enumerated() {
            string.bind(1, Int64(delta.first.strings + index))
            delta.stringBytes.withUnsafeBytes {
                string.bindText(2, UnsafeRawBufferPointer(rebasing: $0[start..<end]), copying: true)
            }
            try string.run()
            start = end
        }
    }

    private static func store(
        _ tuples: [NamesDelta.Tuple], from first: Int, with statement: inout Statement
    ) throws(SQLiteError) {
        for (index, tuple) in tuples.enumerated() {
            statement.bind(1, Int64(first + index))
            for (column, text) in tuple.texts.enumerated() {
                text.withUnsafeBytes { statement.bindText(column + 2, $0, copying: true) }
            }
            try statement.run()
        }
    }

    private static func store(
        _ texts: [String], from first: Int, with statement: inout Statement
    ) throws(SQLiteError) {
        for (index, text) in texts.enumerated() {
            statement.bind(1, Int64(first + index))
            statement.bind(2, text)
            try statement.run()
        }
    }
}

extension NamesStore {
    init(
        _ connection: borrowing Connection, _ cluster: ClusterScope
    ) throws(SQLiteError) {
        let (name, id) = (quoted(cluster.name), cluster.id)
        self.init(
            string: try connection.prepare("INSERT INTO main.string (id, text) VALUES (?, ?)"),
            resource: try connection.prepare("INSERT INTO main.resource VALUES (?, ?, ?, ?, ?)"),
            client: try connection.prepare("INSERT INTO main.client VALUES (?, ?, ?, ?, ?)"),
            server: try connection.prepare(
                "INSERT INTO main.server (id, name, cluster) VALUES (?, ?, \(name))"),
            source: try connection.prepare(
                "INSERT INTO main.source (id, name, cluster) VALUES (?, ?, \(id))"))
    }
}

extension Recording {
    /// All names of the recording, with the ids that its rows use.
    ///
    /// Servers and sources of other clusters keep their places under names that no server has.
    public func names() throws(RecordingError) -> Names {
        let loaded = try run { connection throws(SQLiteError) in
            try loadNames(connection, scope)
        }
        guard let loaded else {
            throw .damaged(path: path, message: "its names are not numbered one by one")
        }
        return loaded
    }
}

/// Nil where the rows are not those that a writer leaves: every id from 0, no text twice.
private func loadNames(
    _ connection: borrowing Connection, _ scope: ClusterScope?
) throws(SQLiteError) -> Names? {
    var names = Names()
    var isSound = true
    var rows = try connection.prepare("SELECT id, text FROM string WHERE id > 0 ORDER BY id")
    while try rows.step() {
        let id = rows.withText(1) { names.strings.intern($0) }
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    names.storedStrings = names.strings.count
    rows = try connection.prepare(ClusterScope.servers(seenBy: scope))
    while try rows.step() {
        let id = rows.withText(1) { names.servers.intern($0) }
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    rows = try connection.prepare(ClusterScope.sources(seenBy: scope))
    while try rows.step() {
        let id = rows.withText(1) { names.sources.intern($0) }
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    rows = try connection.prepare("SELECT * FROM resource WHERE id > 0 ORDER BY id")
    while try rows.step() {
        let id = names.resources.intern(ResourceIDs(ids: tuple(rows, &names)))
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    rows = try connection.prepare("SELECT * FROM client WHERE id > 0 ORDER BY id")
    while try rows.step() {
        let id = names.clients.intern(ClientIDs(ids: tuple(rows, &names)))
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    return isSound ? names : nil
}

private func tuple(_ row: borrowing Statement, _ names: inout Names) -> SIMD4<UInt32> {
    var ids = SIMD4<UInt32>.zero
    for column in 0..<4 { ids[column] = row.withText(column + 1) { names.strings.intern($0) } }
    return ids
}
