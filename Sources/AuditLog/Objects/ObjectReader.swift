import Bytes
import CSimdjson
import KubeAPI

/// Reads what the bodies of a request show of objects: identities, owners, finalizers, ends.
///
/// Called by `EventParser` once per finished request. Nothing else of a body is looked at, so
/// nothing else can be kept. Failed requests and rehearsals show nothing.
struct ObjectReader {
    private let plan = Plan<ObjectField>()
    private let ownerPlan = Plan<OwnerField>()
    private let slots: Slots<ObjectField>
    private let ownerSlots: Slots<OwnerField>
    private let scratch = Scratch()
    private var instants = Instants()

    init() {
        slots = plan.slots
        ownerSlots = ownerPlan.slots
    }

    mutating func read(
        _ event: Slots<EventField>, _ tokens: inout CSJTokens, limit: UInt32,
        request: Request, at: Int64, query: QueryFilter.Facts, repairsText: Bool,
        names: inout Names,
        into traffic: inout Traffic
    ) {
        guard !query.isDryRun, request.resource != 0 else { return }
        let key = names.resources[request.resource]
        var occasion = ObjectOccasion(
            request: request, index: traffic.requests.count - 1, at: at, group: key.group,
            version: key.version, resource: key.resource, repairsText: repairsText)
        if request.verb == .delete || request.verb == .deletecollection {
            guard
                readOptions(
                    event[.requestObject], &tokens, limit, query, &occasion, &names,
                    &traffic)
            else { return }
        }
        guard (200..<300).contains(request.status), names.strings.bearsObject(key.subresource)
        else {
            return
        }
        occasion.isNamespaces = names.strings.holds("namespaces", at: key.resource)
        occasion.isPods = names.strings.holds("pods", at: key.resource)
        occasion.hidesNames = names.strings.withBytes(of: key.resource) {
            HashedName.hides(resource: $0)
        }
        let before = traffic.objects.count
        if let body = ObjectReader.body(of: event, request.verb) {
            readBody(body, &tokens, limit, occasion, &names, &traffic)
        }
        if traffic.objects.count == before { readReference(event, occasion, &names, &traffic) }
    }

    /// The response where it is in the record, otherwise a request that holds the whole object.
    ///
    /// A patch is no object: what it names may be what it removes.
    private static func body(of event: Slots<EventField>, _ verb: Verb) -> CSJValue? {
        let response = event[.responseObject]
        if response.kind == .object { return response }
        let request = event[.requestObject]
        return request.kind == .object && (verb == .create || verb == .update) ? request : nil
    }

    // MARK: Bodies

    private mutating func readBody(
        _ body: CSJValue, _ tokens: inout CSJTokens, _ limit: UInt32, _ occasion: ObjectOccasion,
        _ names: inout Names, _ traffic: inout Traffic
    ) {
        var after: UInt32 = 0
        guard CSJWalk(&tokens, plan.compiled, body.token, limit, slots.base, &after) == .ready
        else {
            return
        }
        let kind = slots[.kind].text
        if kind.equals("Status") { return }
        var inner = occasion
        if slots[.items].kind == .array {
            inner.isSingle = false
            inner.adopt(listKind: kind, plain(slots[.apiVersion]), &names)
            readElements(slots[.items], false, &tokens, limit, inner, &names, &traffic)
        } else if slots[.rows].kind == .array, kind.equals("Table") {
            inner.isSingle = false
            readElements(slots[.rows], true, &tokens, limit, inner, &names, &traffic)
        } else if slots[.eventObject].kind == .object,
            slots[.eventType].isSaid, slots[.uid].isMissing
        {
            guard let state = slots[.eventType].text.watchState else { return }
            inner.isSingle = false
            inner.state = state
            readObject(slots[.eventObject], &tokens, limit, inner, &names, &traffic)
        } else {
            observe(&tokens, limit, inner, &names, &traffic)
        }
    }

    /// The objects of a list, or of the rows of a table.
    private mutating func readElements(
        _ array: CSJValue, _ areRows: Bool, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ occasion: ObjectOccasion, _ names: inout Names, _ traffic: inout Traffic
    ) {
        var token = array.token + 1
        while token + 1 < array.after {
            var after: UInt32 = 0
            guard CSJWalk(&tokens, plan.compiled, token, limit, slots.base, &after) == .ready else {
                return
            }
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
        var after: UInt32 = 0
        guard CSJWalk(&tokens, plan.compiled, object.token, limit, slots.base, &after) == .ready
        else { return }
        observe(&tokens, limit, occasion, &names, &traffic)
    }

    /// Writes down the object whose slots are filled.
    private mutating func observe(
        _ tokens: inout CSJTokens, _ limit: UInt32, _ occasion: ObjectOccasion,
        _ names: inout Names,
        _ traffic: inout Traffic
    ) {
        let uid = uniqueID(slots[.uid], occasion, &names)
        var name =
            occasion.hidesNames
            ? hashed(slots[.name], &names)
            : intern(slots[.name], occasion, &names)
        if name == 0, occasion.isSingle { name = occasion.request.name }
        // Reviews and their like are answered, not stored: they have neither.
        guard uid != .none || name != 0 else { return }
        var object = ObjectObservation(
            at: occasion.at, request: occasion.index, state: .seen, uid: uid,
            group: occasion.group, version: occasion.version, kind: occasion.kind,
            resource: occasion.resource, namespace: occasion.namespace, name: name)
        readKind(into: &object, occasion, &names)
        if slots[.namespace].isSaid {
            object.namespace = intern(slots[.namespace], occasion, &names)
        }
        object.deletionRequestedAt = instants.nanoseconds(
            slots[.deletionTimestamp].text)
        object.state = state(occasion, isBeingDeleted: object.deletionRequestedAt != nil)
        if slots[.finalizers].kind == .array {
            readFinalizers(into: &object, &tokens, limit, occasion, &names)
        }
        if slots[.owners].kind == .array {
            readOwners(into: &object, &tokens, limit, occasion, &names)
        }
        traffic.objects.append(object)
    }

    private mutating func readKind(
        into object: inout ObjectObservation, _ occasion: ObjectOccasion, _ names: inout Names
    ) {
        let kind = slots[.kind]
        // Metadata alone does not say of what.
        guard kind.isSaid, !kind.text.equals("PartialObjectMetadata") else { return }
        object.kind = intern(kind, occasion, &names)
        let apiVersion = plain(slots[.apiVersion])
        guard let (group, version) = apiVersion.groupAndVersion else { return }
        object.group = names.strings.intern(repairing: group)
        object.version = names.strings.intern(repairing: version)
    }

    // MARK: Ends

    private mutating func state(
        _ occasion: ObjectOccasion, isBeingDeleted: Bool
    ) -> ObjectObservation.State {
        if let state = occasion.state { return state }
        switch occasion.request.verb {
        case .create, .update, .patch:
            if occasion.request.status == 201 { return .created }
            return isBeingDeleted && endsAtOnce(occasion) ? .deleted : .seen
        case .delete:
            // 202 says that the object is still there.
            guard occasion.request.status == 200, hasNoFinalizers(occasion) else { return .seen }
            return !isBeingDeleted || endsAtOnce(occasion) ? .deleted : .seen
        case .deletecollection:
            // The answer lists the objects as they were before each was deleted. What has no
            // finalizer, is given none by the request, and has no grace period is gone.
            let isKept = occasion.propagation == .foreground || occasion.propagation == .orphan
            let isGone = hasNoFinalizers(occasion) && !occasion.isPods && !isKept
            return occasion.request.status == 200 && isGone ? .deleted : .seen
        default:
            return .seen
        }
    }

    /// Whether an object that is being deleted goes with the request that answered so.
    ///
    /// Its last finalizer is off and its grace is over. A namespace has its own finalizers and no
    /// grace.
    private mutating func endsAtOnce(_ occasion: ObjectOccasion) -> Bool {
        guard hasNoFinalizers(occasion) else { return false }
        let grace = slots[.gracePeriod]
        return grace.kind == .number && grace.integer == 0
            || occasion.isNamespaces && grace.isMissing
    }

    private mutating func hasNoFinalizers(_ occasion: ObjectOccasion) -> Bool {
        slots[.finalizers].isEmptyArray
            && (!occasion.isNamespaces || slots[.namespaceFinalizers].isEmptyArray)
    }

    // MARK: References

    private mutating func readFinalizers(
        into object: inout ObjectObservation, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ occasion: ObjectOccasion, _ names: inout Names
    ) {
        let array = slots[.finalizers]
        var token = array.token + 1
        while token + 1 < array.after {
            let value = CSJValueAt(&tokens, token, limit)
            guard value.kind != .missing else { return }
            if value.isSaid { object.finalizers.append(intern(value, occasion, &names)) }
            token = value.after + 1
        }
    }

    private mutating func readOwners(
        into object: inout ObjectObservation, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ occasion: ObjectOccasion, _ names: inout Names
    ) {
        let array = slots[.owners]
        var token = array.token + 1
        while token + 1 < array.after {
            var after: UInt32 = 0
            guard
                CSJWalk(&tokens, ownerPlan.compiled, token, limit, ownerSlots.base, &after)
                    == .ready
            else { return }
            let apiVersion = plain(ownerSlots[.apiVersion])
            let (group, version) =
                apiVersion.groupAndVersion ?? (ByteRun(start: nil, count: 0), apiVersion)
            let groupID = names.strings.intern(repairing: group)
            let versionID = names.strings.intern(repairing: version)
            let owner = OwnerReference(
                group: groupID, version: versionID,
                kind: intern(ownerSlots[.kind], occasion, &names),
                name: intern(ownerSlots[.name], occasion, &names),
                uid: uniqueID(ownerSlots[.uid], occasion, &names),
                isController: ownerSlots[.controller].isTrue,
                blocksDeletion: ownerSlots[.blocksDeletion].isTrue)
            if owner.uid != .none || owner.name != 0 { object.owners.append(owner) }
            token = after + 1
        }
    }

    /// What remains without a body: the Status of a delete, and the uid that the server itself
    /// wrote beside the object's name.
    private mutating func readReference(
        _ event: Slots<EventField>, _ occasion: ObjectOccasion, _ names: inout Names,
        _ traffic: inout Traffic
    ) {
        let isDelete = occasion.request.verb == .delete
        let isRemoved =
            isDelete && occasion.request.status == 200 && event[.detailsUID].isSaid
            && event[.status].text.equals("Success")
        let field = isRemoved ? EventField.detailsUID : .uid
        let uid = uniqueID(event[field], occasion, &names)
        guard uid != .none else { return }
        traffic.objects.append(
            ObjectObservation(
                at: occasion.at, request: occasion.index, state: isRemoved ? .deleted : .seen,
                uid: uid, group: occasion.group, version: occasion.version, kind: 0,
                resource: occasion.resource, namespace: occasion.namespace,
                name: occasion.request.name))
    }

    // MARK: Delete options

    /// Notes the options of a delete; false for a rehearsal, which shows nothing.
    private mutating func readOptions(
        _ body: CSJValue, _ tokens: inout CSJTokens, _ limit: UInt32, _ query: QueryFilter.Facts,
        _ occasion: inout ObjectOccasion, _ names: inout Names, _ traffic: inout Traffic
    ) -> Bool {
        var deletion = Deletion(
            request: occasion.index, uid: .none, resourceVersion: 0,
            propagation: query.propagationPolicy.propagation)
        var isSaid = deletion.propagation != .none
        if deletion.propagation == .none, !query.orphanDependents.isEmpty {
            deletion.propagation = query.orphanDependents.orphans
            isSaid = true
        }
        var after: UInt32 = 0
        if body.kind == .object,
            CSJWalk(&tokens, plan.compiled, body.token, limit, slots.base, &after) == .ready
        {
            if slots[.dryRun].kind == .array,
                !slots[.dryRun].isEmptyArray
            {
                return false
            }
            isSaid = true
            deletion.uid = uniqueID(slots[.preconditionUID], occasion, &names)
            deletion.resourceVersion = intern(
                slots[.preconditionVersion], occasion, &names)
            let policy = slots[.propagationPolicy]
            let orphan = slots[.orphanDependents]
            if policy.isSaid {
                deletion.propagation = policy.text.propagation
            } else if orphan.kind == .bool {
                deletion.propagation = orphan.integer == 1 ? .orphan : .background
            }
        }
        occasion.propagation = deletion.propagation
        if isSaid { traffic.deletions.append(deletion) }
        return true
    }

    // MARK: Texts

    private mutating func intern(
        _ value: CSJValue, _ occasion: ObjectOccasion, _ names: inout Names
    ) -> UInt32 {
        let text = plain(value)
        return occasion.repairsText
            ? names.strings.intern(repairing: text) : names.strings.intern(text)
    }

    private mutating func hashed(_ value: CSJValue, _ names: inout Names) -> UInt32 {
        let text = plain(value)
        return text.isEmpty ? 0 : names.strings.intern(HashedName.text(of: text))
    }

    private mutating func uniqueID(
        _ value: CSJValue, _ occasion: ObjectOccasion, _ names: inout Names
    ) -> UniqueID {
        if let uuid = UniqueID(uuid: value.text) { return uuid }
        return UniqueID(interned: intern(value, occasion, &names))
    }

    /// The text of a string without escapes; lives until the next call.
    private mutating func plain(_ value: CSJValue) -> ByteRun {
        guard value.escaped else { return value.text }
        let out = scratch.reserve(Int(value.length))
        return ByteRun(start: out, count: CSJUnescape(value.bytes, Int(value.length), out))
    }
}
