import Bytes
import KubeAPI

/// What a response says: the outcome of the row, and the objects in its body.
extension Exchange {
    mutating func answer(_ head: Head, _ output: inout WireOutput) {
        isAnswered = true
        output.counters.unreadFields += head.unreadFields
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
            } else {
                let occasion = occasion(at: request.at, output.names)
                if isFailure || occasion.showsObjects { use = .objects }
                walk.hidesNames = occasion.hidesNames
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
            guard kept.count + bytes.count <= Exchange.longestDocument else {
                output.counters.endlessBodies += 1
                return loseBody()
            }
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
        guard !found.isEmpty else { return }
        let occasion = occasion(at: moment.time, output.names)
        for found in found {
            guard output.traffic.objects.count + observations.count < Exchange.mostObjects else {
                output.counters.endlessBodies += 1
                return loseBody()
            }
            switch found {
            case .item(let item, let context):
                observe(item, in: context, occasion, &output)
            case .document(let document, let object):
                readDocument(document, object, occasion, &output)
            }
        }
    }

    private func occasion(at time: Int64, _ names: borrowing Names) -> ObjectOccasion {
        var occasion = ObjectOccasion(request, index: 0, at: time, names)
        occasion.propagation = deletion?.propagation ?? .none
        return occasion
    }

    private mutating func readDocument(
        _ document: ObjectDraft, _ object: ShownObject?, _ occasion: ObjectOccasion,
        _ output: inout WireOutput
    ) {
        if request.status >= 400 { return note(failure: document) }
        if let object {
            // Bookmarks and errors show no object; the rows of a table were found already.
            if case .shows = document.event, !output.isKind(object, "Table") {
                let context = ObjectWalk.ListContext(event: document.event)
                observe(object, in: context, occasion, &output)
            }
        } else if output.isKind(document.object, "Status") {
            let uid = document.detailsUID
            if occasion.isRemoval(isSuccess: document.isSuccess, uid: uid) {
                add(occasion.observation(ofNamed: uid, isRemoved: true))
            }
        } else if !output.isList(document.object) {
            add(occasion.observation(of: document.object, output.names))
        }
    }

    private mutating func observe(
        _ object: ShownObject, in context: ObjectWalk.ListContext, _ occasion: ObjectOccasion,
        _ output: inout WireOutput
    ) {
        var inner = occasion
        inner.enter()
        if case .shows(let state) = context.event { inner.state = state }
        let kind = output.elementKind(of: context.list.kind)
        if kind != 0 {
            inner.kind = kind
            if context.list.hasVersion {
                (inner.group, inner.version) = (context.list.group, context.list.version)
            }
        }
        add(inner.observation(of: object, output.names))
    }

    private mutating func add(_ observation: ObjectObservation?) {
        if let observation { observations.append(observation) }
    }

    private mutating func note(failure document: ObjectDraft) {
        if request.status == 404 {
            request.notFound = document.notFoundShape
            request.flags.formUnion(document.notFoundFlags)
        }
        if request.status == 503 { request.flags.formUnion(document.message.unavailable) }
    }

    mutating func apply(options: DeleteOptions) {
        isDryRun = isDryRun || options.isDryRun
        deletion = isDryRun ? nil : Deletion(request: 0, options, asked)
    }

    // MARK: The end

    mutating func finish(_ output: inout WireOutput) {
        if isAnswered, request.status == 404, request.notFound == .none {
            request.notFound =
                use == .failure
                ? kept.withUnsafeBufferPointer {
                    NotFoundShape(body: $0, isPlainText: isPlainText)
                } : .unknown
            if use == .failure, !isPlainText {
                request.flags.formUnion(
                    kept.withUnsafeBufferPointer { RequestFlags(notFoundBody: $0) })
            }
            if isHead, isPlainText, saidLength == NotFoundShape.pageBytes {
                request.notFound = .page
            }
        }
        if isAnswered, request.status == 503, use == .failure {
            let message = kept.withUnsafeBufferPointer { StatusMessage(within: $0) }
            request.flags.formUnion(message.unavailable)
        }
        if use == .document, !isIncomplete, let json = output.discovery.document(in: kept) {
            output.traffic.documents.append(
                StoredDocument(
                    at: end ?? request.at, server: request.server, path: documentPath, json: json))
        }
        guard isAnswered, let end else { return }
        request.stage = .responseComplete
        request.durationMicroseconds = max(0, (end - request.at) / 1_000)
    }
}

extension WireOutput {
    fileprivate func isKind(_ object: ShownObject, _ kind: StaticString) -> Bool {
        names.strings.holds(kind, at: object.kind)
    }

    /// A list or a table: what it holds was found already.
    fileprivate func isList(_ object: ShownObject) -> Bool {
        isKind(object, "Table")
            || object.uid == .none
                && names.strings.withBytes(of: object.kind) { $0.hasSuffix("List") }
    }

    /// The kind of a list's items, which may leave it to the list; 0 where it says none.
    fileprivate mutating func elementKind(of list: UInt32) -> UInt32 {
        if list == lastList { return lastElement }
        lastList = list
        let kind = names.strings.withBytes(of: list) { $0.elementKind?.text }
        lastElement = kind.map { names.strings.intern($0) } ?? 0
        return lastElement
    }
}
