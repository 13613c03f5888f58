import Bytes
import KubeAPI

/// What the head of a request says: the row of the recording, but for its outcome.
extension Exchange {
    mutating func begin(
        _ head: Head, _ moment: Moment, _ parties: Exchanges.Parties, _ output: inout WireOutput
    ) {
        output.counters.unreadFields += head.unreadFields
        request.at = moment.time
        request.position = moment.frame
        request.source = moment.source
        request.server = parties.server
        request.stage = .requestReceived
        request.flags = [.fromWire]
        let method = head.withMethod { Verb(method: $0) }
        isHead = method == .head
        head.withTarget { readTarget($0, method, &output) }
        readPeerHeader(head)
        request.client = client(head, parties, &output)
        readHeader(head, parties, &output)
        head.withValue(.auditID) { setAuditID($0, &output) }
        switch head.withValue(.contentType, { BodyType($0) }) {
        case .protobuf: output.counters.protobufBodies += 1
        case .cbor: output.counters.cborBodies += 1
        case .yaml: output.counters.yamlBodies += 1
        case .json, .none: readsOptions = method == .delete
        case .plainText, .grpc, .other: output.counters.otherBodies += 1
        }
        if readsOptions { options = ObjectWalk() }
    }

    private mutating func readHeader(
        _ head: Head, _ parties: Exchanges.Parties, _ output: inout WireOutput
    ) {
        header.isHTTP2 = parties.isHTTP2
        header.isEncrypted = parties.isEncrypted
        header.clientPort = parties.sourcePort
        header.clientAddress = output.names.strings.intern(parties.sourceAddress)
        header.serverAddress = output.names.strings.intern(parties.serverAddress)
        header.accept = output.value(.accept, of: head)
        header.contentType = output.value(.contentType, of: head)
        header.peerProxied = output.value(.peerProxied, of: head)
        header.via = output.value(.via, of: head)
        header.forwardedFor = output.value(.forwardedFor, of: head)
    }

    // MARK: Target

    private mutating func readTarget(
        _ target: UnsafeRawBufferPointer, _ method: Verb, _ output: inout WireOutput
    ) {
        var target = target
        // A proxy is asked with the whole URL.
        for scheme in ["http://", "https://"] as [StaticString] where target.starts(with: scheme) {
            let host = target.tail(scheme.utf8CodeUnitCount)
            target = host.tail(host.firstPlace(of: UInt8(ascii: "/")) ?? host.count)
        }
        let question = target.firstPlace(of: UInt8(ascii: "?")) ?? target.count
        let path = target.part(0, question)
        withUnsafeTemporaryAllocation(byteCount: max(path.count, 1), alignment: 1) { buffer in
            let plain = buffer.bindMemory(to: UInt8.self)
            let length =
                plain.baseAddress.map { base in
                    PathEncoding.decode(path.run, into: base)
                } ?? 0
            let parsed = UnsafeBufferPointer(rebasing: plain[..<length])
            let query = target.tail(question + 1).run
            request.query = output.query.keep(
                query, isForeign: RequestPath(parsed).hasForeignQuery(parsed)
            ) { output.names.strings.intern(repairing: $0) }
            readPath(parsed, method, query: query, &output)
        }
    }

    private mutating func readPath(
        _ path: ByteRun, _ method: Verb, query: ByteRun, _ output: inout WireOutput
    ) {
        let parsed = RequestPath(path)
        asked = output.query.facts
        isDryRun = asked.isDryRun
        guard parsed.isResource, !parsed.resource.isEmpty else {
            request.verb = parsed.isResource ? parsed.prefixVerb : method
            request.path = parsed.keep(of: path) { output.names.strings.intern(repairing: $0) }
            isDocumentPath = method == .get && Exchange.isDiscovery(UnsafeRawBufferPointer(path))
            if isDocumentPath { documentPath = path.text }
            return
        }
        let parts = PathParts(path, parsed)
        func intern(_ text: ByteRun) -> UInt32 { output.names.strings.intern(repairing: text) }
        let hidesName = HashedName.hides(resource: parts.resource)
        request.verb = parsed.verb(method: method, watch: asked.asksForWatch)
        request.namespace = intern(parts.namespace)
        request.name =
            hidesName ? output.names.strings.intern(hashing: parts.name) : intern(parts.name)
        var isCanonical = hidesName || parts.spell(path)
        if request.name == 0, request.verb == .list || request.verb == .watch,
            let selected = asked.selectedName, !hidesName
        {
            request.name = intern(query.run(selected))
            isCanonical = false
        }
        request.resource = output.names.resources.intern(
            ResourceIDs(
                group: intern(parts.group), version: intern(parts.version),
                resource: intern(parts.resource),
                subresource: hidesName ? 0 : intern(parts.subresource)))
        if !isCanonical { request.path = intern(path.run(0..<parsed.keptLength(of: path))) }
        deletion = isDelete && !isDryRun ? Deletion(request: 0, nil, asked) : nil
    }

    private var isDelete: Bool { request.verb == .delete || request.verb == .deletecollection }

    /// `/api`, `/apis`, `/apis/<group>`, `/api/v1` or `/apis/<group>/<version>`.
    private static func isDiscovery(_ path: UnsafeRawBufferPointer) -> Bool {
        var slashes = 0
        for byte in path where byte == UInt8(ascii: "/") { slashes += 1 }
        let isCore = path.starts(with: "/api") && (path.count == 4 || path.byte(4) == 47)
        let isNamed = path.starts(with: "/apis") && (path.count == 5 || path.byte(5) == 47)
        return isCore && slashes <= 2 || isNamed && slashes <= 3
    }

    // MARK: Client

    private mutating func readPeerHeader(_ head: Head) {
        guard head.has(.peerProxied) else { return }
        // The first value counts, with its case (F1.15).
        let isTrue = head.withValue(.peerProxied) { $0.count == 4 && $0.starts(with: "true") }
        request.flags.insert(isTrue ? .peerProxiedHeader : .peerProxiedHeaderSpoofed)
    }

    private func client(
        _ head: Head, _ parties: Exchanges.Parties, _ output: inout WireOutput
    ) -> UInt32 {
        func value(_ field: HeaderField) -> UInt32 {
            head.withValue(field) { output.names.strings.intern(repairing: $0.run) }
        }
        // A front proxy says for whom it asks; from anybody else the header means nothing.
        let isForwarded =
            head.has(.remoteUser) && (head.has(.peerProxied) || parties.clientName.isEmpty)
        let user =
            isForwarded ? value(.remoteUser) : output.names.strings.intern(parties.clientName)
        return output.names.clients.intern(
            ClientIDs(
                user: user, userAgent: value(.userAgent),
                address: output.names.strings.intern(parties.sourceAddress),
                impersonated: value(.impersonateUser)))
    }

    mutating func setAuditID(_ text: UnsafeRawBufferPointer, _ output: inout WireOutput) {
        guard !text.isEmpty else { return }
        request.auditID = UniqueID(repairing: text.run, in: &output.names.strings)
    }
}

extension WireOutput {
    /// No header that is kept is longer, but for a hostile one.
    private static let longestValue = 512

    /// The first value of a header, for the recording.
    mutating func value(_ field: HeaderField, of head: Head) -> UInt32 {
        head.withValue(field) {
            names.strings.intern(repairing: $0.run.run(0, WireOutput.longestValue))
        }
    }
}

extension Verb {
    /// A method of HTTP.
    fileprivate init(method: UnsafeRawBufferPointer) {
        let methods: [(StaticString, Verb)] = [
            ("GET", .get), ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
            ("HEAD", .head), ("OPTIONS", .options), ("CONNECT", .connect), ("TRACE", .trace),
        ]
        self = .other
        for (name, verb) in methods
        where name.utf8CodeUnitCount == method.count && method.starts(with: name) {
            self = verb
            return
        }
    }
}
