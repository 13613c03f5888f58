import Bytes
import KubeAPI

/// An owner as a reference names it: by uid, and by what the garbage collector asks for.
struct OwnerKey: Hashable, Sendable {
    var group: UInt32
    var version: UInt32
    /// The plural, an id in the recording's strings.
    var resource: UInt32
    /// 0 for an owner that has none.
    var namespace: UInt32
    var name: UInt32
    var uid: UniqueID
}

/// What a recording shows of an owner's life.
struct OwnerLife: Sendable {
    enum Proof: Sendable, Equatable {
        /// The object of that uid is in the recording.
        case uid
        /// Only an object of that name; nothing shows its uid.
        case name
        /// Nothing, or only that it is another object or gone.
        case none
    }

    var proof: Proof
    /// When it was created, or the beginning of time.
    var from: Int64
    /// When somebody asked for its deletion, or it was gone; `.max` where neither was seen.
    var until: Int64
    /// Requests that show it was there, nearest to the instant that was asked for.
    var witnesses: [Int64] = []
    /// Seen by its uid, or by its name, after that instant too.
    var isSeenAfter = false
    /// Index in the graph.
    var object: Int?

    func holds(at instant: Int64) -> Bool {
        proof != .none && from <= instant && instant < until
    }
}

/// Says when owners were alive: by uid where the recording holds them, else by name.
///
/// A delete that anybody asked for ends an owner's life, finalizers or not: from then on its
/// dependents are collected rightly.
struct OwnerLives: Sendable {
    private let run: RunView
    /// Positions in `witnesses` by the name they ask for.
    private let byName: [UInt32: [Int]]
    /// When somebody asked for the deletion of a namespace.
    private let namespaceEnds: [UInt32: Int64]

    init(_ run: RunView) {
        self.run = run
        var byName: [UInt32: [Int]] = [:]
        for (position, request) in run.witnesses.enumerated() where request.name != 0 {
            byName[request.name, default: []].append(position)
        }
        self.byName = byName
        var ends: [UInt32: Int64] = [:]
        for request in run.controllers
        where request.verb == .delete && request.isSuccess && request.name != 0
            && run.resources[Int(request.resource)].resource == "namespaces"
        {
            ends[request.name] = min(ends[request.name] ?? .max, request.at)
        }
        namespaceEnds = ends
    }

    func life(of owner: OwnerKey, around instant: Int64) -> OwnerLife {
        var life = OwnerLife(proof: .none, from: .min, until: .max)
        if let object = run.graph.object(owner.uid) {
            let row = run.graph.objects[object]
            guard matches(row, owner) else { return life }
            life.proof = .uid
            life.object = object
            life.from = run.graph.bornAt(object)
            life.until = min(row.deleted ?? .max, row.deletionRequested ?? .max)
            life.isSeenAfter = row.last > instant
        } else if isAnother(owner, at: instant) {
            return life
        }
        if owner.namespace != 0, let end = namespaceEnds[owner.namespace] {
            life.until = min(life.until, end)
        }
        read(owner, around: instant, into: &life)
        return life
    }

    private func matches(_ row: RecordedObject, _ owner: OwnerKey) -> Bool {
        row.name == owner.name && row.namespace == owner.namespace && row.group == owner.group
            && (row.resource == owner.resource || row.resource == 0)
    }

    /// Whether an object of the same name and another uid was there.
    private func isAnother(_ owner: OwnerKey, at instant: Int64) -> Bool {
        run.graph.objects(named: owner.name).contains { object in
            let row = run.graph.objects[object]
            return matches(row, owner) && row.resource == owner.resource
                && row.uid != owner.uid && run.graph.isAlive(object, at: instant)
        }
    }

    /// What was done to whatever bears the owner's name.
    private func read(_ owner: OwnerKey, around instant: Int64, into life: inout OwnerLife) {
        var before: Int64?
        var after: Int64?
        for position in byName[owner.name] ?? [] {
            let request = run.witnesses[position]
            let resource = run.names.resources[request.resource]
            guard request.isSuccess, resource.group == owner.group,
                resource.resource == owner.resource,
                request.namespace == owner.namespace, request.at >= life.from
            else { continue }
            if request.verb == .delete, resource.subresource == 0 {
                let uid = run.deletion(of: request.id)?.uid ?? .none
                if uid == .none || uid == owner.uid { life.until = min(life.until, request.at) }
                continue
            }
            if life.proof == .none { life.proof = .name }
            if request.at <= instant { before = request.id } else { after = after ?? request.id }
        }
        life.witnesses = [before, after].compactMap(\.self)
        life.isSeenAfter = life.isSeenAfter || after != nil
    }
}
