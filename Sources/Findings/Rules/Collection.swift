import Judgments
import Bytes
import ControlPlane
import KubeAPI

/// The garbage collector's wrong conclusions in one run: owner by owner, and what follows from
/// them.
///
/// The state that the rule `wrong-gc` fills step by step. It follows the F6 facts: one
/// wrong 404 condemns an owner for all dependents, present and future (F6.9); what has another
/// living owner only loses a reference (F6.14); what depends on a victim follows it (F6.20).
struct Collection {
    /// One owner that was taken for absent, or could be.
    struct Case {
        var owner: OwnerKey
        var identity: Finding.Identity
        var life: OwnerLife
        var condemnations: [Condemnation] = []
        var victims: [Finding.Victim] = []
        var stripped: [Finding.Identity] = []
        var strippedGrade = Finding.Grade.observed
        var evidence: [Finding.Evidence] = []
        var notes: [String] = []
        /// The longest dispute about its kind, where it was only exposed.
        var exposed: ControlPlaneView.Dispute?
    }

    let run: RunView
    let lives: OwnerLives
    let condemnations: Condemnations
    let actions: CollectorActions
    private(set) var cases: [Case] = []
    private var numbers: [OwnerKey: Int] = [:]
    /// Objects of the graph that are victims already, of whatever owner.
    private var taken = Set<Int>()

    init(_ run: RunView) {
        self.run = run
        lives = OwnerLives(run)
        condemnations = Condemnations(run)
        actions = CollectorActions(run)
    }

    // MARK: As recorded

    /// What the recording shows: the deletes and patches that followed a condemnation.
    mutating func followRecordedDeletes() {
        for key in condemnations.order {
            let condemned = condemnations.all[key] ?? []
            guard let first = condemned.first else { continue }
            for (uid, references) in referencesByOwner(key) {
                let owner = ownerKey(key, uid)
                let life = lives.life(of: owner, around: first.at)
                let valid = Self.valid(condemned, life)
                guard !valid.isEmpty else { continue }
                follow(owner, life, valid, references)
            }
        }
    }

    /// The condemnations of a living owner; what needs proof counts where there is some.
    static func valid(_ condemned: [Condemnation], _ life: OwnerLife) -> [Condemnation] {
        condemned.filter { condemnation in
            life.holds(at: condemnation.at)
                && (condemnation.strength != .needsProof
                    || (life.isSeenAfter && life.proof == .uid))
        }
    }

    private mutating func follow(
        _ owner: OwnerKey, _ life: OwnerLife, _ condemned: [Condemnation], _ references: [Int]
    ) {
        let number = open(owner, life, condemned)
        let isProven = life.proof == .uid || hasSurvivedACheck(owner, references, condemned[0].at)
        // An owner that is seen before and after a route-level 404 shows by itself that it was
        // wrong, whatever is not known of the servers.
        let sure = isProven && (condemned[0].strength == .certain || life.isSeenAfter)
        if condemned[0].strength == .needsProof {
            cases[number].notes.append(
                "No running server served the kind just then; the owner was there all the same.")
        }
        if !isProven {
            cases[number].notes.append(
                "The owner was seen by name; its uid is in no record, so the references may have "
                    + "been out of date.")
        }
        for reference in references {
            let dependent = Int(run.graph.owners[reference].dependent)
            if let delete = actions.delete(of: dependent, from: condemned[0].at, until: life.until)
            {
                add(dependent, to: number, at: delete, grade: sure ? .observed : .possible)
                cascade(from: dependent, at: delete.at, to: number, sure ? .observed : .possible)
            } else if let patch = strip(reference, after: condemned[0].at, until: life.until) {
                cases[number].stripped.append(run.identity(dependent))
                cases[number].strippedGrade = sure ? .observed : .possible
                cases[number].evidence.append(.init(patch.id, .strippedBy))
            } else if isLeftWaiting(dependent, owner, condemned[0].at),
                taken.insert(dependent).inserted
            {
                cases[number].victims.append(
                    .init(run.identity(dependent), deletedAt: nil, grade: .possible))
            }
        }
    }

    /// Whether the collector had asked for this owner before, been told that it is there, and had
    /// let a dependent with that uid be: then the uid was right.
    private func hasSurvivedACheck(
        _ owner: OwnerKey, _ references: [Int], _ instant: Int64
    ) -> Bool {
        let coordinates = Coordinates(
            group: owner.group, version: owner.version, resource: owner.resource,
            namespace: owner.namespace, name: owner.name)
        guard let check = actions.lastSuccessfulGet(of: coordinates, before: instant) else {
            return false
        }
        return references.contains { index in
            let reference = run.graph.owners[index]
            return reference.first <= check.at
                && run.graph.isAlive(Int(reference.dependent), at: check.at + Thresholds.survival)
        }
    }

    /// The PATCH that took the reference away, where there was another owner.
    private func strip(
        _ reference: Int, after instant: Int64, until end: Int64
    ) -> RecordedRequest? {
        let row = run.graph.owners[reference]
        let dependent = Int(row.dependent)
        guard run.graph.references(of: dependent).count > 1,
            let patch = actions.patch(of: dependent, from: instant, until: end)
        else { return nil }
        return row.last <= patch.at ? patch : nil
    }

    /// Condemned, and not seen deleted: the recording may miss the delete, or it did not come.
    private func isLeftWaiting(_ dependent: Int, _ owner: OwnerKey, _ instant: Int64) -> Bool {
        let row = run.graph.objects[dependent]
        guard row.deleted == nil, row.deletionRequested == nil,
            row.last <= instant + Thresholds.survival
        else { return false }
        return !hasOtherSolidOwner(dependent, besides: owner, at: instant)
    }

    // MARK: In another control plane

    /// What follows from the recorded GETs in a control plane that was not the recorded one.
    mutating func predictDeletes() {
        let starts = actions.managerStarts
        for key in condemnations.order {
            let condemned = condemnations.all[key] ?? []
            for (uid, references) in referencesByOwner(key) {
                let owner = ownerKey(key, uid)
                let life = lives.life(of: owner, around: condemned[0].at)
                let valid = condemned.filter { life.holds(at: $0.at) }
                guard !valid.isEmpty else { continue }
                predict(owner, life, valid, references, starts)
            }
        }
    }

    private mutating func predict(
        _ owner: OwnerKey, _ life: OwnerLife, _ condemned: [Condemnation], _ references: [Int],
        _ starts: [Int64]
    ) {
        let number = open(owner, life, condemned)
        for index in references {
            let row = run.graph.owners[index]
            let dependent = Int(row.dependent)
            let cause = condemned.first { condemnation in
                // The cache of absent owners goes with the process (F6.9).
                let forgotten = starts.first { $0 > condemnation.at } ?? .max
                return reaches(dependent, row, from: condemnation.at, until: forgotten)
            }
            guard let cause else { continue }
            let isSure = cause.strength == .certain && life.proof == .uid
            switch otherOwners(of: dependent, besides: owner, at: cause.at) {
            case .solid:
                cases[number].stripped.append(run.identity(dependent))
                cases[number].strippedGrade = isSure ? .predicted : .possible
            case .absent:
                predictVictim(dependent, number, isSure ? .predicted : .possible, at: cause.at)
            case .unknown:
                predictVictim(dependent, number, .possible, at: cause.at)
            }
        }
    }

    /// Whether a dependent with the reference was there while the owner was held for absent.
    private func reaches(
        _ dependent: Int, _ reference: RecordedOwner, from: Int64, until: Int64
    ) -> Bool {
        let row = run.graph.objects[dependent]
        let end = min(row.deleted ?? .max, row.deletionRequested ?? .max)
        let wasTaken =
            reference.last < from && row.last > reference.last
            && run.graph.references(of: dependent).contains { $0.last > reference.last }
        return !wasTaken && run.graph.bornAt(dependent) < until && end > from
    }

    /// A victim, and what follows it because it depends on a victim (F6.20).
    private mutating func predictVictim(
        _ dependent: Int, _ number: Int, _ grade: Finding.Grade, at instant: Int64
    ) {
        var waiting = [(object: dependent, grade: grade)]
        while let victim = waiting.popLast() {
            guard taken.insert(victim.object).inserted else { continue }
            cases[number].victims.append(
                .init(run.identity(victim.object), deletedAt: nil, grade: victim.grade))
            let uid = run.graph.objects[victim.object].uid
            for index in run.graph.references(to: uid) {
                let row = run.graph.owners[index]
                let next = Int(row.dependent)
                guard !taken.contains(next), reaches(next, row, from: instant, until: .max),
                    isReference(row.reference, to: victim.object, from: next)
                else { continue }
                let owner = ownerKey(of: victim.object, row.reference)
                switch otherOwners(of: next, besides: owner, at: instant) {
                case .solid: continue
                case .absent: waiting.append((object: next, grade: victim.grade))
                case .unknown: waiting.append((object: next, grade: .possible))
                }
            }
        }
    }

    // MARK: What both need

    mutating func open(
        _ owner: OwnerKey, _ life: OwnerLife, _ condemned: [Condemnation]
    ) -> Int {
        if let number = numbers[owner] { return number }
        var identity = Finding.Identity()
        identity.group = run.text(owner.group)
        identity.version = run.text(owner.version)
        identity.kind = run.kind(group: owner.group, resource: owner.resource)
        identity.resource = run.text(owner.resource)
        identity.namespace = run.text(owner.namespace)
        identity.name = run.text(owner.name)
        identity.uid = owner.uid.text(in: run.input.objects.oddIDs)
        var item = Case(owner: owner, identity: identity, life: life)
        item.condemnations = condemned
        item.evidence = condemned.map { .init($0.request.id, .condemnedBy) }
        item.evidence += life.witnesses.map { .init($0, .provesAlive) }
        numbers[owner] = cases.count
        cases.append(item)
        return cases.count - 1
    }

    func number(of owner: OwnerKey) -> Int? { numbers[owner] }

    func isTaken(_ object: Int) -> Bool { taken.contains(object) }

    mutating func addPossible(
        _ dependents: [Int], to number: Int, exposed: ControlPlaneView.Dispute
    ) {
        for dependent in dependents where taken.insert(dependent).inserted {
            cases[number].victims.append(
                .init(run.identity(dependent), deletedAt: nil, grade: .possible))
        }
        if cases[number].condemnations.isEmpty { cases[number].exposed = exposed }
    }

    mutating func add(
        unreferenced victim: Finding.Victim, by delete: RecordedRequest?, to number: Int
    ) {
        cases[number].victims.append(victim)
        if let delete { cases[number].evidence.append(.init(delete.id, .delete)) }
    }

    mutating func addUnread(_ dependent: Int, at delete: RecordedRequest, to number: Int) {
        add(dependent, to: number, at: delete, grade: .possible)
    }

    mutating func note(_ text: String, on number: Int) {
        if !cases[number].notes.contains(text) { cases[number].notes.append(text) }
    }

    private mutating func add(
        _ dependent: Int, to number: Int, at delete: RecordedRequest, grade: Finding.Grade
    ) {
        guard taken.insert(dependent).inserted else { return }
        cases[number].victims.append(
            .init(run.identity(dependent), deletedAt: delete.at, grade: grade))
        cases[number].evidence.append(.init(delete.id, .delete))
    }

    /// F6.20: the collector goes on with what depended on a victim.
    private mutating func cascade(
        from victim: Int, at instant: Int64, to number: Int, _ grade: Finding.Grade
    ) {
        var waiting = [(object: victim, at: instant)]
        while let cause = waiting.popLast() {
            for index in run.graph.references(to: run.graph.objects[cause.object].uid) {
                let row = run.graph.owners[index]
                let next = Int(row.dependent)
                guard !taken.contains(next),
                    isReference(row.reference, to: cause.object, from: next),
                    let delete = actions.delete(of: next, from: cause.at, until: .max)
                else { continue }
                add(next, to: number, at: delete, grade: grade)
                waiting.append((object: next, at: delete.at))
            }
        }
    }

    /// Whether a reference really names the object of its uid: name, kind and namespace too.
    private func isReference(
        _ reference: OwnerReference, to owner: Int, from dependent: Int
    ) -> Bool {
        let row = run.graph.objects[owner]
        let namespace = run.graph.objects[dependent].namespace
        return row.name == reference.name && row.group == reference.group
            && (row.namespace == 0 || row.namespace == namespace)
    }

    private func ownerKey(_ key: Coordinates, _ uid: UniqueID) -> OwnerKey {
        OwnerKey(
            group: key.group, version: key.version, resource: key.resource,
            namespace: key.namespace, name: key.name, uid: uid)
    }

    private func ownerKey(of object: Int, _ reference: OwnerReference) -> OwnerKey {
        let row = run.graph.objects[object]
        return OwnerKey(
            group: reference.group, version: reference.version, resource: row.resource,
            namespace: row.namespace, name: row.name, uid: row.uid)
    }

    /// The references that name what was asked for, by the uid that they give.
    ///
    /// A namespaced owner is looked for in the dependent's namespace; for a cluster-scoped
    /// dependent it is not looked for at all (F6.8d).
    private func referencesByOwner(
        _ key: Coordinates
    ) -> [(uid: UniqueID, references: [Int])] {
        var groups: [UniqueID: [Int]] = [:]
        var order: [UniqueID] = []
        for index in run.graph.references(toName: key.name) {
            let row = run.graph.owners[index]
            let reference = row.reference
            guard reference.group == key.group, reference.version == key.version,
                run.graph.kinds.resource(group: reference.group, kind: reference.kind)
                    == key.resource
            else { continue }
            let namespace = run.graph.objects[Int(row.dependent)].namespace
            guard key.namespace == 0 || namespace == key.namespace else { continue }
            if groups[reference.uid] == nil { order.append(reference.uid) }
            groups[reference.uid, default: []].append(index)
        }
        return order.map { (uid: $0, references: groups[$0] ?? []) }
    }
}
