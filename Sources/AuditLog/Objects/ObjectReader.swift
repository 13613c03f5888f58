import Bytes
import CSimdjson
import KubeAPI

/// Reads what the bodies of a request show of objects: identities, owners, finalizers, ends.
///
/// Called by `EventParser` once per finished request. Nothing else of a body is looked at, so
/// nothing else can be kept. Failed requests and rehearsals show nothing. What an object's fields
/// mean for its life is `ObjectOccasion`'s.
struct ObjectReader {
    private let plan = FieldPlan<ObjectField>()
    private let ownerPlan = FieldPlan<OwnerField>()
    /// Those of the object at hand: a body's, or those of `plan` for what is in a list.
    private var slots: Slots<ObjectField>
    private let ownerSlots: Slots<OwnerField>
    private let scratch = Scratch()
    private var fields = FieldFinder()
    private var instants = Instants()
    private var repairsText = false

    init() {
        slots = plan.slots
        ownerSlots = ownerPlan.slots
    }

    mutating func read(
        _ event: EventSlots, _ tokens: inout CSJTokens, limit: UInt32,
        request: Request, at: Int64, query: QueryFilter.Facts, repairsText: Bool,
        names: inout Names, into traffic: inout Traffic
    ) {
        guard !query.isDryRun, request.resource != 0 else { return }
        self.repairsText = repairsText
        var occasion = ObjectOccasion(
            request, index: traffic.requests.count - 1, at: at, names)
        if request.verb == .delete || request.verb == .deletecollection {
            let options = readOptions(event.sent, &names)
            if options?.isDryRun == true { return }
            if let deletion = Deletion(request: occasion.index, options, query) {
                occasion.propagation = deletion.propagation
                traffic.deletions.append(deletion)
            }
        }
        guard occasion.showsObjects else { return }
        if let seen = fields.sighting(event, request, index: occasion.index, names: &names) {
            traffic.fields.append(seen)
        }
        let before = traffic.objects.count
        if let body = ObjectReader.body(of: event, request.verb) {
            readBody(body, &tokens, limit, occasion, &names, &traffic)
        }
        noteRevision(
            event, request, at, isAnswerRead: traffic.objects.count > before, names, &traffic)
        if traffic.objects.count == before { readReference(event, occasion, &names, &traffic) }
    }

    /// The response where it is in the record, otherwise a request that holds the whole object.
    ///
    /// A patch is no object: what it names may be what it removes.
    private static func body(of event: EventSlots, _ verb: Verb) -> Body? {
        if event.answer.value.kind == .object { return event.answer }
        return verb == .create || verb == .update ? event.sent : nil
    }

    /// - Parameter isAnswerRead: the slots hold an object.
    private mutating func noteRevision(
        _ event: EventSlots, _ request: Request, _ until: Int64, isAnswerRead: Bool,
        _ names: borrowing Names, _ traffic: inout Traffic
    ) {
        let isRead: Bool
        switch request.verb {
        case .create, .update, .patch:
            isRead = isAnswerRead && event[.responseObject].kind == .object
        case .delete:
            // From 1.38 on its Status says what the store counted (F9.15); an object that is the
            // answer may say what it had before.
            isRead = event.answer.isRead && event.answer.slots[.kind].text.equals("Status")
            guard isRead else { return }
            slots = event.answer.slots
        default: return
        }
        let answered = isRead ? slots[.resourceVersion].text.revision : 0
        let used = request.verb == .patch ? answered : event[.revision].text.revision
        // An update that changes nothing makes none; of a patch that cannot be told.
        let made = request.verb != .patch && answered == used ? 0 : answered
        var revision = Revision(
            server: request.server, from: request.at, until: until, name: request.name,
            used: used, made: made)
        revision.isOneOfMany = answered != 0
        if revision.server != 0, revision.made != 0 || revision.used != 0,
            revision.isOneOfMany || ObjectReader.isElection(request, names)
        {
            traffic.revisions.append(revision)
        }
    }

    /// Without bodies one update says what the one before it made, where all of an object's are
    /// there: leases by which controllers elect a leader are few, and renewed every two seconds.
    private static func isElection(_ request: Request, _ names: borrowing Names) -> Bool {
        names.strings.holds("leases", at: names.resources[request.resource].resource)
            && names.strings.holds("kube-system", at: request.namespace)
    }

    // MARK: Bodies

    private mutating func readBody(
        _ body: Body, _ tokens: inout CSJTokens, _ limit: UInt32, _ occasion: ObjectOccasion,
        _ names: inout Names, _ traffic: inout Traffic
    ) {
        guard body.isRead else { return }
        slots = body.slots
        let kind = slots[.kind].text
        if kind.equals("Status") { return }
        var inner = occasion
        if slots[.items].kind == .array {
            enter(listOf: kind, &inner, &names)
            readElements(slots[.items], false, &tokens, limit, inner, &names, &traffic)
        } else if slots[.rows].kind == .array, kind.equals("Table") {
            inner.enter()
            readElements(slots[.rows], true, &tokens, limit, inner, &names, &traffic)
        } else if slots[.eventObject].kind == .object,
            slots[.eventType].isSaid, slots[.uid].isMissing
        {
            let type = slots[.eventType].text
            guard let state = ObjectObservation.State(watchEvent: type) else { return }
            inner.enter(state: state)
            readObject(slots[.eventObject], &tokens, limit, inner, &names, &traffic)
        } else {
            observe(&tokens, limit, inner, &names, &traffic)
        }
    }

    /// Takes the kind of objects, and their version, from those of their list.
    private mutating func enter(
        listOf listKind: ByteRun, _ occasion: inout ObjectOccasion, _ names: inout Names
    ) {
        occasion.enter()
        guard let kind = listKind.elementKind else { return }
        occasion.enter(kind: names.strings.intern(repairing: kind))
        if let (group, version) = plain(slots[.apiVersion]).groupAndVersion {
            occasion.group = names.strings.intern(repairing: group)
            occasion.version = names.strings.intern(repairing: version)
        }
    }

    /// The objects of a list, or of the rows of a table.
    private mutating func readElements(
        _ array: CSJValue, _ areRows: Bool, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ occasion: ObjectOccasion, _ names: inout Names, _ traffic: inout Traffic
    ) {
        var token = array.token + 1
        while token + 1 < array.after {
            guard let after = walk(token, &tokens, limit) else { return }
            if !areRows {
                observe(&tokens, limit, occasion, &names, &traffic)
            } else if slots[.eventObject].kind == .object {
                readObject(
                    slots[.eventObject], &tokens, limit, occasion, &names, &traffic)
            }
            token = after + 1
        }
    }

    private mutating func readObject(
        _ object: CSJValue, _ tokens: inout CSJTokens, _ limit: UInt32, _ occasion: ObjectOccasion,
        _ names: inout Names, _ traffic: inout Traffic
    ) {
        guard walk(object.token, &tokens, limit) != nil else { return }
        observe(&tokens, limit, occasion, &names, &traffic)
    }

    /// Fills the slots from the object at a token; returns the token behind it.
    private mutating func walk(
        _ token: UInt32, _ tokens: inout CSJTokens, _ limit: UInt32
    ) -> UInt32? {
        var after: UInt32 = 0
        slots = plan.slots
        return CSJWalk(&tokens, plan.compiled, token, limit, slots.base, nil, &after) == .ready
            ? after : nil
    }

    /// Writes down the object whose slots are filled.
    private mutating func observe(
        _ tokens: inout CSJTokens, _ limit: UInt32, _ occasion: ObjectOccasion,
        _ names: inout Names, _ traffic: inout Traffic
    ) {
        var object = ShownObject()
        object.uid = uniqueID(slots[.uid], &names)
        object.name =
            occasion.hidesNames
            ? names.strings.intern(hashing: plain(slots[.name]))
            : intern(slots[.name], &names)
        object.kind = intern(slots[.kind], &names)
        if let (group, version) = plain(slots[.apiVersion]).groupAndVersion {
            object.hasVersion = true
            object.group = names.strings.intern(repairing: group)
            object.version = names.strings.intern(repairing: version)
        }
        object.namespace = intern(slots[.namespace], &names)
        object.deletionRequestedAt = instants.nanoseconds(
            slots[.deletionTimestamp].text)
        let grace = slots[.gracePeriod]
        if grace.kind == .number { object.gracePeriod = grace.integer }
        object.hasNamespaceFinalizers = slots[.namespaceFinalizers].isFilledArray
        if slots[.finalizers].kind == .array {
            readFinalizers(into: &object, &tokens, limit, &names)
        }
        if slots[.owners].kind == .array {
            readOwners(into: &object, &tokens, limit, &names)
        }
        if let observation = occasion.observation(of: object, names) {
            traffic.objects.append(observation)
        }
    }

    // MARK: References

    private mutating func readFinalizers(
        into object: inout ShownObject, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ names: inout Names
    ) {
        let array = slots[.finalizers]
        var token = array.token + 1
        while token + 1 < array.after {
            let value = CSJValueAt(&tokens, token, limit)
            guard value.kind != .missing else { return }
            if value.isSaid { object.add(finalizer: intern(value, &names)) }
            token = value.after + 1
        }
    }

    private mutating func readOwners(
        into object: inout ShownObject, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ names: inout Names
    ) {
        let array = slots[.owners]
        var token = array.token + 1
        while token + 1 < array.after {
            var after: UInt32 = 0
            guard
                CSJWalk(
                    &tokens, ownerPlan.compiled, token, limit, ownerSlots.base, nil, &after)
                    == .ready
            else { return }
            let apiVersion = plain(ownerSlots[.apiVersion])
            let (group, version) =
                apiVersion.groupAndVersion ?? (ByteRun(start: nil, count: 0), apiVersion)
            let groupID = names.strings.intern(repairing: group)
            let versionID = names.strings.intern(repairing: version)
            object.add(
                owner: OwnerReference(
                    group: groupID, version: versionID,
                    kind: intern(ownerSlots[.kind], &names),
                    name: intern(ownerSlots[.name], &names),
                    uid: uniqueID(ownerSlots[.uid], &names),
                    isController: ownerSlots[.controller].isTrue,
                    blocksDeletion: ownerSlots[.blocksDeletion].isTrue))
            token = after + 1
        }
    }

    /// What remains without a body: the Status of a delete, and the uid that the server itself
    /// wrote beside the object's name.
    private mutating func readReference(
        _ event: EventSlots, _ occasion: ObjectOccasion, _ names: inout Names,
        _ traffic: inout Traffic
    ) {
        let ofStatus = uniqueID(event[.detailsUID], &names)
        let isRemoved = occasion.isRemoval(
            isSuccess: event[.status].text.equals("Success"), uid: ofStatus)
        let uid = isRemoved ? ofStatus : uniqueID(event[.uid], &names)
        if let object = occasion.observation(ofNamed: uid, isRemoved: isRemoved) {
            traffic.objects.append(object)
        }
    }

    // MARK: Delete options

    private mutating func readOptions(
        _ body: Body, _ names: inout Names
    ) -> DeleteOptions? {
        guard body.isRead else { return nil }
        slots = body.slots
        var options = DeleteOptions()
        options.isDryRun = slots[.dryRun].isFilledArray
        options.uid = uniqueID(slots[.preconditionUID], &names)
        options.resourceVersion = intern(slots[.preconditionVersion], &names)
        options.propagation = Deletion.Propagation(
            policy: slots[.propagationPolicy].text)
        let orphan = slots[.orphanDependents]
        if orphan.kind == .bool { options.orphansDependents = orphan.integer == 1 }
        return options
    }

    // MARK: Texts

    private mutating func intern(_ value: CSJValue, _ names: inout Names) -> UInt32 {
        let text = plain(value)
        return repairsText ? names.strings.intern(repairing: text) : names.strings.intern(text)
    }

    private mutating func uniqueID(_ value: CSJValue, _ names: inout Names) -> UniqueID {
        if let uuid = UniqueID(uuid: value.text) { return uuid }
        return UniqueID(interned: intern(value, &names))
    }

    /// The text of a string without escapes; lives until the next call.
    private mutating func plain(_ value: CSJValue) -> ByteRun {
        guard value.escaped else { return value.text }
        let out = scratch.reserve(Int(value.length))
        return ByteRun(start: out, count: CSJUnescape(value.bytes, Int(value.length), out))
    }
}
