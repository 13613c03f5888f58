import Bytes
import KubeAPI

/// What a response says: the outcome of the row, and the objects in its body.
extension Exchange {
    mutating func answer(_ head: Head, _ output: inout WireOutput) {
        isAnswered = true
        request.status = UInt16(clamping: head.status)
        request.stage = .responseStarted
        head.withValue(.auditID) { setAuditID($0, &output) }
        header.responseType = output.value(.contentType, of: head)
        header.responseEncoding = output.value(.contentEncoding, of: head)
        header.retryAfter = output.value(.retryAfter, of: head)
        header.warning = output.value(.warning, of: head)
        let type = head.withValue(.contentType) { BodyType($0) }
        isPlainText = type == .plainText
        saidLength = head.withValue(.contentLength) { HTTP1Message.decimal($0) } ?? -1
        let isFailure = head.status >= 400
        switch type {
        case .json:
            if isDocumentPath, head.status == 200 {
                use = .document
            } else if isFailure || (request.resource != 0 && head.status >= 200) {
                use = .objects
                walk.hidesNames = hidesNames
            }
        case .plainText, .none: if isFailure { use = .failure }
        case .protobuf:
            output.counters.protobufBodies += 1
            if isFailure { use = .failure }
        case .cbor:
            output.counters.cborBodies += 1
            if isFailure { use = .failure }
        case .yaml:
            output.counters.yamlBodies += 1
            if isFailure { use = .failure }
        case .grpc, .other: output.counters.otherBodies += 1
        }
        if isDryRun, !isFailure { use = .nothing }
        if use != .nothing { readEncoding(head, &output) }
    }

    private mutating func readEncoding(_ head: Head, _ output: inout WireOutput) {
        guard head.has(.contentEncoding) else { return }
        let coding = head.withValue(.contentEncoding) { value in
            value.equalsIgnoringCase("gzip") ? 1 : value.equalsIgnoringCase("identity") ? 0 : 2
        }
        if coding == 1 {
            gunzip = Gunzip()
        } else if coding == 2 {
            use = .nothing
            output.counters.otherBodies += 1
        }
    }

    mutating func body(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ output: inout WireOutput
    ) {
        guard use != .nothing else { return }
        guard let gunzip else { return content(bytes, moment, &output) }
        gunzip.read(bytes) { content($0, moment, &output) }
        if gunzip.isBroken {
            output.counters.badCompression += 1
            loseBody()
        }
    }

    private mutating func content(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ output: inout WireOutput
    ) {
        switch use {
        case .nothing: break
        case .failure: kept += bytes.part(0, Exchange.longestFailure - kept.count)
        case .document:
            guard kept.count + bytes.count <= Exchange.longestDocument else { return loseBody() }
            kept += bytes
        case .objects: walk(bytes, moment, &output)
        }
    }

    /// Parts of the body are missing: what follows has no meaning.
    mutating func loseBody() {
        use = .nothing
        isIncomplete = true
        kept = []
    }

    // MARK: Objects

    private mutating func walk(
        _ bytes: UnsafeRawBufferPointer, _ moment: Moment, _ output: inout WireOutput
    ) {
        // The walk moves out while what it finds is written down beside it.
        var walk = ObjectWalk()
        swap(&walk, &self.walk)
        var found: [ObjectWalk.Found] = []
        walk.read(bytes, &output.names) { found.append($0) }
        swap(&walk, &self.walk)
        for found in found {
            guard output.traffic.objects.count + observations.count < Exchange.mostObjects else {
                output.counters.endlessBodies += 1
                return loseBody()
            }
            switch found {
            case .item(let item, let list): observe(item, in: list, moment, &output)
            case .document(let document, let object):
                readDocument(document, object, moment, &output)
            }
        }
    }

    private mutating func readDocument(
        _ document: ObjectDraft, _ object: ObjectDraft?, _ moment: Moment,
        _ output: inout WireOutput
    ) {
        if request.status >= 400 { return note(failure: document) }
        if let object {
            // Bookmarks and errors show no object.
            let isEvent = document.event != .none && document.event != .other
            if isEvent, !output.isKind(object, "Table") {
                let context = ObjectWalk.ListContext(kind: 0, event: document.event)
                observe(object, in: context, moment, &output)
            }
            return
        }
        if output.isKind(document, "Status") {
            noteDeletion(document, moment)
        } else if !output.isList(document) {
            observe(document, in: nil, moment, &output)
        }
    }

    private mutating func note(failure document: ObjectDraft) {
        if request.status == 404 { request.notFound = document.notFoundShape }
        if request.status == 503 {
            if document.message == .peerAddress { request.flags.insert(.peerAddressUnknown) }
            if document.message == .handlers { request.flags.insert(.handlersIncomplete) }
        }
    }

    /// The Status of a delete that was done at once.
    private mutating func noteDeletion(_ status: ObjectDraft, _ moment: Moment) {
        guard request.verb == .delete, request.status == 200, status.isSuccess,
            status.detailsUID != .none
        else { return }
        observations.append(
            ObjectObservation(
                at: moment.time, request: 0, state: .deleted, uid: status.detailsUID, group: group,
                version: version, kind: 0, resource: resource, namespace: request.namespace,
                name: request.name))
    }

    private mutating func observe(
        _ draft: ObjectDraft, in list: ObjectWalk.ListContext?, _ moment: Moment,
        _ output: inout WireOutput
    ) {
        var name = draft.name
        if name == 0, list == nil { name = request.name }
        // Reviews and their like are answered, not stored: they have neither.
        guard draft.uid != .none || name != 0 else { return }
        var object = ObjectObservation(
            at: moment.time, request: 0, state: .seen, uid: draft.uid, group: group,
            version: version, kind: 0, resource: resource,
            namespace: draft.namespace != 0 ? draft.namespace : request.namespace, name: name)
        // Metadata alone does not say of what.
        if draft.kind != 0, !output.isKind(draft, "PartialObjectMetadata") {
            object.kind = draft.kind
            if draft.hasAPIVersion {
                object.group = draft.group
                object.version = draft.version
            }
        } else if draft.kind == 0, let list {
            object.kind = output.elementKind(of: list)
        }
        object.deletionRequestedAt = draft.deletionRequestedAt
        object.finalizers = draft.finalizers
        object.owners = draft.owners
        object.state = state(of: draft, in: list)
        observations.append(object)
    }

    // MARK: Ends

    /// The rules are those of the reader of audit logs.
    private func state(
        of draft: ObjectDraft, in list: ObjectWalk.ListContext?
    ) -> ObjectObservation.State {
        let isBeingDeleted = draft.deletionRequestedAt != nil
        let hasFinalizers =
            !draft.finalizers.isEmpty || (isNamespaces && draft.hasNamespaceFinalizers)
        let endsAtOnce =
            !hasFinalizers
            && (draft.gracePeriod == 0 || (isNamespaces && draft.gracePeriod == nil))
        switch request.verb {
        case .watch:
            switch list?.event {
            case .added: return .seen
            case .deleted: return .deleted
            default: return .seen
            }
        case .create, .update, .patch:
            if request.status == 201 { return .created }
            return isBeingDeleted && endsAtOnce ? .deleted : .seen
        case .delete:
            guard request.status == 200, !hasFinalizers else { return .seen }
            return !isBeingDeleted || endsAtOnce ? .deleted : .seen
        case .deletecollection:
            let policy = deletion?.propagation ?? .none
            let isKept = policy == .foreground || policy == .orphan
            return request.status == 200 && !hasFinalizers && !isPods && !isKept
                ? .deleted : .seen
        default: return .seen
        }
    }

    mutating func apply(options: ObjectDraft) {
        if options.isDryRun {
            isDryRun = true
            deletion = nil
            return
        }
        var deletion =
            self.deletion
            ?? Deletion(request: 0, uid: .none, resourceVersion: 0, propagation: .none)
        deletion.uid = options.preconditionUID
        deletion.resourceVersion = options.preconditionVersion
        if options.policy != .none {
            deletion.propagation = options.policy
        } else if let orphan = options.orphan {
            deletion.propagation = orphan ? .orphan : .background
        }
        self.deletion = deletion
    }

    // MARK: The end

    mutating func finish(_ output: inout WireOutput) {
        if isAnswered, request.status == 404, request.notFound == .none {
            request.notFound = use == .failure ? failureShape() : .unknown
            if isHead, isPlainText, saidLength == "404 page not found\n".utf8.count {
                request.notFound = .page
            }
        }
        if isAnswered, request.status == 503, use == .failure { noteUnavailable() }
        if use == .document, !isIncomplete, let json = output.discovery.document(in: kept) {
            output.traffic.documents.append(
                StoredDocument(
                    at: end ?? request.at, server: request.server, path: documentPath, json: json))
        }
        guard isAnswered, let end else { return }
        request.stage = .responseComplete
        request.durationMicroseconds = max(0, (end - request.at) / 1_000)
    }

    /// A 404 that is no JSON: the plain page, or a Status in another encoding.
    private func failureShape() -> NotFoundShape {
        kept.withUnsafeBytes { bytes in
            if isPlainText || bytes.starts(with: "404 page not found") {
                let isPage = bytes.starts(with: "404 page not found") && bytes.count <= 19
                return isPage ? .page : .unknown
            }
            if bytes.contains("the server could not find the requested resource") {
                return .route
            }
            return bytes.contains("\" not found") ? .object : .unknown
        }
    }

    private mutating func noteUnavailable() {
        let message = kept.withUnsafeBytes { ObjectDraft.find(messageIn: $0) }
        if message == .peerAddress { request.flags.insert(.peerAddressUnknown) }
        if message == .handlers { request.flags.insert(.handlersIncomplete) }
    }
}

extension ObjectDraft {
    fileprivate static func find(messageIn body: UnsafeRawBufferPointer) -> Message {
        let message = ObjectDraft.message(body)
        return message == .objectAbsent ? .other : message
    }
}

extension WireOutput {
    fileprivate func isKind(_ draft: ObjectDraft, _ kind: StaticString) -> Bool {
        names.strings.withBytes(of: draft.kind) {
            $0.count == kind.utf8CodeUnitCount && UnsafeRawBufferPointer($0).starts(with: kind)
        }
    }

    /// A list or a table: what it holds was found already.
    fileprivate func isList(_ draft: ObjectDraft) -> Bool {
        isKind(draft, "Table")
            || draft.uid == .none
                && names.strings[draft.kind].utf8.suffix(4).elementsEqual("List".utf8)
    }

    /// The kind of a list's items, which may leave it to the list.
    fileprivate mutating func elementKind(of list: ObjectWalk.ListContext) -> UInt32 {
        if list.kind == lastList { return lastElement }
        lastList = list.kind
        let kind = names.strings[list.kind]
        let isNamed =
            kind.hasSuffix("List") && kind.utf8.count > 4 && kind != "PartialObjectMetadataList"
        lastElement = isNamed ? names.strings.intern(String(kind.dropLast(4))) : 0
        return lastElement
    }
}
