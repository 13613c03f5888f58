import Bytes
public import KubeAPI
import SQLiteKit

/// The names that a parser has learned since it last handed some on: what a batch of `Traffic`
/// needs besides the names that the recording holds already.
///
/// Cut on the parser's thread, stored on the writer's.
public struct NamesDelta: Sendable {
    public typealias Mark = NamesTail.Mark

    let tail: NamesTail
    /// The four texts of each new tuple.
    ///
    /// As bytes: a text that is no UTF-8 must stay the one it is in `strings`.
    let resourceTexts: [[[UInt8]]]
    let clientTexts: [[[UInt8]]]

    /// Nothing new.
    init() {
        var mark = Mark()
        self.init(of: Names(), after: &mark)
    }

    /// What `names` has beyond `mark`, which moves to its end.
    public init(of names: Names, after mark: inout Mark) {
        tail = NamesTail(of: names, after: &mark)
        resourceTexts = tail.resources.map { NamesDelta.texts($0.ids, names) }
        clientTexts = tail.clients.map { NamesDelta.texts($0.ids, names) }
    }

    private static func texts(_ ids: SIMD4<UInt32>, _ names: Names) -> [[UInt8]] {
        (0..<4).map { names.strings.withBytes(of: ids[$0]) { [UInt8]($0) } }
    }

    /// The text of an id, where it is one of the new ones.
    func text(_ id: UInt32) -> [UInt8]? {
        let index = Int(id) - tail.first.strings
        return tail.strings.contains(index) ? tail.withString(index) { [UInt8]($0) } : nil
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
        let (tail, first) = (delta.tail, delta.tail.first)
        for index in tail.strings {
            string.bind(1, Int64(first.strings + index))
            tail.withString(index) {
                string.bindText(2, UnsafeRawBufferPointer($0), copying: true)
            }
            try string.run()
        }
        try NamesStore.store(delta.resourceTexts, from: first.resources, with: &resource)
        try NamesStore.store(delta.clientTexts, from: first.clients, with: &client)
        try NamesStore.store(tail.servers, from: first.servers, with: &server)
        try NamesStore.store(tail.sources, from: first.sources, with: &source)
    }

    private static func store(
        _ tuples: [[[UInt8]]], from first: Int, with statement: inout Statement
    ) throws(SQLiteError) {
        for (index, tuple) in tuples.enumerated() {
            statement.bind(1, Int64(first + index))
            for (column, text) in tuple.enumerated() {
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
    ///
    /// - Parameter known: those read before, of whatever cluster of the file: what came since is
    ///   read alone.
    public func names(knowing known: Names? = nil) throws(RecordingError) -> Names {
        let loaded = try run { connection throws(SQLiteError) in
            try loadNames(connection, scope, known)
        }
        guard let loaded else {
            throw .damaged(path: path, message: "its names are not numbered one by one")
        }
        return loaded
    }
}

/// Nil where the rows are not those that a writer leaves: every id from 0, no text twice.
private func loadNames(
    _ connection: borrowing Connection, _ scope: ClusterScope?, _ known: Names?
) throws(SQLiteError) -> Names? {
    var names = Names()
    if let known, known.strings.count == known.storedStrings {
        (names.strings, names.resources, names.clients) =
            (known.strings, known.resources, known.clients)
    }
    var isSound = true
    var rows = try connection.prepare(
        "SELECT id, text FROM string WHERE id >= \(names.strings.count) ORDER BY id")
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
    rows = try connection.prepare(
        "SELECT * FROM resource WHERE id >= \(names.resources.count) ORDER BY id")
    while try rows.step() {
        let id = names.resources.intern(ResourceIDs(ids: tuple(rows, &names)))
        isSound = isSound && Int64(id) == rows.integer(0)
    }
    rows = try connection.prepare(
        "SELECT * FROM client WHERE id >= \(names.clients.count) ORDER BY id")
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
