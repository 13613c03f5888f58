import SQLiteKit

/// The largest ids of names that a recording holds.
///
/// Recordings are mailed around: a row may name anything. An id beyond its ceiling is read as 0,
/// which is the empty name, and what indexes arrays by id stays within them.
struct Ceilings {
    let strings: Int64
    let resources: Int64
    let clients: Int64
    let servers: Int64

    /// Names are numbered one by one, so the largest id tells their count.
    init(_ connection: borrowing Connection) throws(SQLiteError) {
        strings = try connection.integer("SELECT max(id) FROM string") ?? 0
        resources = try connection.integer("SELECT max(id) FROM resource") ?? 0
        clients = try connection.integer("SELECT max(id) FROM client") ?? 0
        servers = try connection.integer("SELECT max(id) FROM main.server") ?? 0
    }

    @inline(__always)
    static func id(_ value: Int64, _ ceiling: Int64) -> UInt32 {
        UInt64(bitPattern: value) <= UInt64(bitPattern: ceiling)
            ? UInt32(truncatingIfNeeded: value) : 0
    }
}

extension Recording {
    func ceilings() throws(RecordingError) -> Ceilings {
        try run { connection throws(SQLiteError) in try Ceilings(connection) }
    }
}
