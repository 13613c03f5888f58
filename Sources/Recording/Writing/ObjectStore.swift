import Bytes
import KubeAPI
import SQLiteKit

/// Turns observations of objects into rows of `object`, `owner` and `finalizer`.
///
/// Each object of a batch is read once and written once, however often the batch shows it. What
/// comes out does not depend on the order of the observations.
struct ObjectStore: ~Copyable {
    /// An object as all observations so far show it.
    private struct State {
        var id: Int64
        var isNew: Bool
        var group: UInt32
        var version: UInt32
        var kind: UInt32
        var resource: UInt32
        var namespace: UInt32
        var name: UInt32
        var first: Int64
        var last: Int64
        var created: Int64?
        var deleted: Int64?
        var deletionRequested: Int64?
        /// What the latest distinct observation showed, and for how long.
        var owners: [OwnerReference] = []
        var finalizers: [UInt32] = []
        var linksFrom: Int64 = .max
        var linksUntil: Int64 = .min
    }

    private static let mostStates = 1 << 15
    private var states: [UniqueID: State] = [:]
    private var touched: [UniqueID] = []
    private var nextID: Int64

    private var select: Statement
    private var insert: Statement
    private var update: Statement
    private var owner: Statement
    private var finalizer: Statement

    /// Takes one observation; those of a request that failed show nothing and must not come here.
    mutating func observe(
        _ observation: borrowing ObjectObservation, _ passes: inout PassStore
    ) throws(SQLiteError) {
        let uid = observation.uid
        guard uid != .none else { return }
        if states[uid] == nil {
            states[uid] = try load(observation, &passes)
            touched.append(uid)
        }
        guard var state = states.removeValue(forKey: uid) else { return }
        if observation.owners != state.owners || observation.finalizers != state.finalizers {
            try storeLinks(of: state, &passes)
            state.owners = observation.owners
            state.finalizers = observation.finalizers
            (state.linksFrom, state.linksUntil) = (.max, .min)
        }
        state.linksFrom = min(state.linksFrom, observation.at)
        state.linksUntil = max(state.linksUntil, observation.at)
        try fold(observation, into: &state, &passes)
        states[uid] = state
        if states.count > ObjectStore.mostStates { try flush(&passes) }
    }

    private mutating func fold(
        _ seen: borrowing ObjectObservation, into state: inout State, _ passes: inout PassStore
    ) throws(SQLiteError) {
        // An object may be shown in several versions. Which names it must not depend on the order
        // in which logs are read: one with a kind before one without, then the first by its text.
        let isKnown = state.kind != 0
        if (seen.kind != 0) == isKnown {
            if try comesFirst(
                [seen.version, seen.group, seen.kind], [state.version, state.group, state.kind],
                &passes)
            {
                (state.group, state.version, state.kind) = (seen.group, seen.version, seen.kind)
            }
        } else if !isKnown {
            (state.group, state.version, state.kind) = (seen.group, seen.version, seen.kind)
        }
        if try comesFirst([seen.resource], [state.resource], &passes) {
            state.resource = seen.resource
        }
        if try comesFirst([seen.namespace], [state.namespace], &passes) {
            state.namespace = seen.namespace
        }
        if try comesFirst([seen.name], [state.name], &passes) { state.name = seen.name }
        state.first = min(state.first, seen.at)
        state.last = max(state.last, seen.at)
        switch seen.state {
        case .seen: break
        case .created: state.created = min(state.created ?? .max, seen.at)
        case .deleted: state.deleted = min(state.deleted ?? .max, seen.at)
        }
        if let requested = seen.deletionRequestedAt {
            state.deletionRequested = max(state.deletionRequested ?? .min, requested)
        }
    }

    /// Whether texts are to be taken instead of others: what is said before what is not, then by
    /// their bytes.
    private func comesFirst(
        _ new: [UInt32], _ old: [UInt32], _ passes: inout PassStore
    ) throws(SQLiteError) -> Bool {
        for (one, other) in zip(new, old) where one != other {
            if one == 0 || other == 0 { return other == 0 }
            let (left, right) = (try passes.text(one), try passes.text(other))
            if left != right { return left.lexicographicallyPrecedes(right) }
        }
        return false
    }

    private mutating func load(
        _ seen: borrowing ObjectObservation, _ passes: inout PassStore
    ) throws(SQLiteError) -> State {
        try bind(seen.uid, to: &select, at: 1, &passes)
        defer { select.reset() }
        guard try select.step() else {
            defer { nextID += 1 }
            return State(
                id: nextID, isNew: true, group: seen.group, version: seen.version, kind: seen.kind,
                resource: seen.resource, namespace: seen.namespace, name: seen.name,
                first: seen.at, last: seen.at)
        }
        return State(
            id: select.integer(0), isNew: false, group: select.id(1), version: select.id(2),
            kind: select.id(3), resource: select.id(4), namespace: select.id(5),
            name: select.id(6), first: select.integer(7), last: select.integer(8),
            created: select.optional(9), deleted: select.optional(10),
            deletionRequested: select.optional(11))
    }

    /// Writes what the batch showed; before the batch is committed.
    mutating func flush(_ passes: inout PassStore) throws(SQLiteError) {
        for uid in touched {
            guard let state = states[uid] else { continue }
            if state.isNew {
                ObjectStore.bindColumns(of: state, to: &insert)
                try bind(uid, to: &insert, at: 13, &passes)
                try insert.run()
            } else {
                ObjectStore.bindColumns(of: state, to: &update)
                try update.run()
            }
        }
        for uid in touched {
            if let state = states[uid] { try storeLinks(of: state, &passes) }
        }
        touched.removeAll(keepingCapacity: true)
        states.removeAll(keepingCapacity: true)
    }

    private static func bindColumns(of state: State, to statement: inout Statement) {
        statement.bind(1, state.id)
        let ids = [
            state.group, state.version, state.kind, state.resource, state.namespace, state.name,
        ]
        for (index, id) in ids.enumerated() { statement.bind(index + 2, Int64(id)) }
        statement.bind(8, state.first)
        statement.bind(9, state.last)
        statement.bind(10, state.created)
        statement.bind(11, state.deleted)
        statement.bind(12, state.deletionRequested)
    }

    private mutating func storeLinks(
        of state: State, _ passes: inout PassStore
    ) throws(SQLiteError) {
        guard state.linksFrom <= state.linksUntil else { return }
        for reference in state.owners {
            owner.bind(1, state.id)
            try bind(reference.uid, to: &owner, at: 2, &passes)
            let ids = [reference.group, reference.version, reference.kind, reference.name]
            for (index, id) in ids.enumerated() { owner.bind(index + 3, Int64(id)) }
            owner.bind(7, reference.isController)
            owner.bind(8, reference.blocksDeletion)
            owner.bind(9, state.linksFrom)
            owner.bind(10, state.linksUntil)
            try owner.run()
        }
        for id in state.finalizers {
            finalizer.bind(1, state.id)
            finalizer.bind(2, Int64(id))
            finalizer.bind(3, state.linksFrom)
            finalizer.bind(4, state.linksUntil)
            try finalizer.run()
        }
    }
}

extension ObjectStore {
    init(
        _ connection: borrowing Connection, _ cluster: ClusterScope
    ) throws(SQLiteError) {
        self.init(
            nextID: 1 + (try connection.integer("SELECT max(id) FROM main.object") ?? 0),
            select: try connection.prepare(
                """
                SELECT id, api_group, api_version, kind, resource, namespace, name,
                    first_ns, last_ns,
                    created_ns, deleted_ns, deletion_requested_ns FROM object WHERE uid = ?
                """),
            insert: try connection.prepare(
                """
                INSERT INTO main.object (id, api_group, api_version, kind, resource, namespace,
                    name, first_ns, last_ns, created_ns, deleted_ns, deletion_requested_ns, uid,
                    cluster)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(cluster.id))
                """),
            update: try connection.prepare(
                """
                UPDATE main.object SET api_group = ?2, api_version = ?3, kind = ?4, resource = ?5,
                    namespace = ?6, name = ?7, first_ns = ?8, last_ns = ?9, created_ns = ?10,
                    deleted_ns = ?11, deletion_requested_ns = ?12 WHERE id = ?1
                """),
            owner: try connection.prepare(
                """
                INSERT INTO main.owner (dependent, uid, api_group, api_version, kind, name,
                    controller, blocks_deletion, first_ns, last_ns)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET controller = max(controller, excluded.controller),
                    blocks_deletion = max(blocks_deletion, excluded.blocks_deletion),
                    first_ns = min(first_ns, excluded.first_ns),
                    last_ns = max(last_ns, excluded.last_ns)
                """),
            finalizer: try connection.prepare(
                """
                INSERT INTO main.finalizer (object, finalizer, first_ns, last_ns)
                VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET first_ns = min(first_ns, excluded.first_ns),
                    last_ns = max(last_ns, excluded.last_ns)
                """))
    }
}

/// Binds an id as text: a UUID, or the text that it stands for.
func bind(
    _ id: UniqueID, to statement: inout Statement, at index: Int, _ passes: inout PassStore
) throws(SQLiteError) {
    if let text = id.internedText {
        try passes.text(text).withUnsafeBytes { statement.bindText(index, $0, copying: true) }
    } else if id == .none {
        statement.bind(index, "")
    } else {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 36) { text in
            guard let start = text.baseAddress else { return }
            id.writeUUID(to: start)
            statement.bindText(index, UnsafeRawBufferPointer(text), copying: true)
        }
    }
}
