import Bytes
import CSimdjson
import KubeAPI

/// Turns one audit event, in canonical JSON, into a request and what it shows of objects.
///
/// Reads audit.k8s.io/v1, v1beta1 and v1alpha1. Called by `AuditReader` for plain lines and for
/// every event that an envelope held. Keeps no body and no message, trusts no field: one of the
/// wrong type counts as missing. Does not merge the stages of a request: the recording does.
struct EventParser {
    enum Result: Equatable {
        case event
        /// JSON, but no audit event.
        case notAnEvent
        case malformed(String)
    }

    /// Where a record was found, and what that tells.
    struct Origin {
        var position: Int64
        var source: UInt32
        var server: UInt32
        var isTruncated = false
    }

    /// The token behind the record that was read last.
    private(set) var after: UInt32 = 0
    /// Set where the text holds bytes that are not UTF-8, which are replaced then.
    var repairsText = false

    private let index = TokenIndex()
    private let plan = EventPlan()
    private let compiled: OpaquePointer
    private let slots: EventSlots
    private let arena = Scratch()
    private var arenaUsed = 0
    private let decoded = Scratch()
    private var instants = Instants()
    private var query = QueryFilter()
    private var objects = ObjectReader()
    private var bodies: BodyReader?
    private var serverName = ""
    private var serverID: UInt32 = 0

    /// What became of the bodies so far.
    var bodyCounts: BodyCounts { bodies?.counts ?? BodyCounts() }

    mutating func forgetCounts() { bodies?.counts = BodyCounts() }

    init(bodies policy: BodyPolicy = .graph) {
        bodies = BodyReader(policy)
        compiled = plan.compiled
        slots = plan.slots
    }

    /// Reads one event that has `AuditReader.padding` readable bytes behind it.
    mutating func parse(
        _ json: UnsafeBufferPointer<UInt8>, hint: EnvelopeHint, source: UInt32, server: UInt32,
        names: inout Names, into traffic: inout Traffic
    ) -> Result {
        let status = index.build(json)
        guard status.isUsable else { return .malformed(status.reason) }
        repairsText = status == .invalidUTF8
        let origin = Origin(
            position: hint.position, source: source,
            server: server != 0 ? server : serverID(hint.server, &names),
            isTruncated: hint.isTruncated)
        var tokens = index.tokens
        let result = read(
            &tokens, at: 0, limit: tokens.length, origin: origin, names: &names, into: &traffic)
        if result == .event, after != tokens.count { return .malformed("text behind the event") }
        return result
    }

    /// Reads the event at a token, which must end before byte offset `limit`.
    mutating func read(
        _ tokens: inout CSJTokens, at token: UInt32, limit: UInt32, origin: Origin,
        names: inout Names, into traffic: inout Traffic
    ) -> Result {
        let status = CSJWalk(
            &tokens, compiled, token, limit, slots.fields.base, slots.bodies, &after)
        guard status == .ready else {
            return .malformed("an object that is cut or broken")
        }
        _ = arena.reserve(Int(limit - tokens.tokens[Int(token)]))
        arenaUsed = 0
        guard isEvent else { return .notAnEvent }
        let staged = instants.nanoseconds(slots[.staged].text)
        guard let received = receivedAt ?? staged else {
            return .malformed("an event without time")
        }

        var request = Request()
        request.at = received
        request.position = origin.position
        request.source = origin.source
        request.server = origin.server
        request.auditID = auditID(&names)
        request.stage = slots[.stage].text.stage
        request.level = slots[.level].text.level
        request.verb = slots[.verb].text.verb
        request.client = client(&tokens, limit, &names)
        readTarget(into: &request, &names)
        readOutcome(into: &request, origin)
        if request.stage >= .responseComplete {
            request.durationMicroseconds = EventParser.duration(from: received, to: staged)
        }
        traffic.requests.append(request)
        if bodies != nil, request.stage >= .responseComplete {
            readBodies(names, into: &traffic)
        }
        if request.stage >= .responseComplete, showsObjects(request) {
            objects.read(
                slots, &tokens, limit: limit, request: request, at: staged ?? received,
                query: query.facts, repairsText: repairsText, names: &names, into: &traffic)
        }
        return .event
    }

    /// Whether a text starts with an audit event.
    mutating func isEvent(_ text: ByteRun) -> Bool {
        guard index.build(text).isUsable else { return false }
        var tokens = index.tokens
        let status = CSJWalk(
            &tokens, compiled, 0, tokens.length, slots.fields.base, nil, &after)
        _ = arena.reserve(text.count)
        arenaUsed = 0
        return status == .ready && isEvent
    }

    // MARK: Fields

    /// Some stores drop kind and apiVersion: then an audit id and a stage make an event.
    private var isEvent: Bool {
        // Mutating throughout: a method that borrows would copy the parser, references and all.
        mutating get {
            let kind = slots[.kind]
            let apiVersion = slots[.apiVersion]
            if kind.text.equals("Event") {
                return text(of: apiVersion).hasPrefix("audit.k8s.io/")
                    || apiVersion.isMissing && slots[.auditID].isSaid
            }
            return kind.isMissing && slots[.auditID].isSaid
                && (slots[.stage].isSaid || slots[.requestURI].isSaid)
        }
    }

    private var receivedAt: Int64? {
        mutating get {
            if let received = instants.nanoseconds(slots[.received].text) {
                return received
            }
            return instants.nanoseconds(slots[.timestamp].text)
        }
    }

    private static func duration(from received: Int64, to staged: Int64?) -> Int64 {
        guard let staged else { return -1 }
        let (elapsed, overflow) = staged.subtractingReportingOverflow(received)
        return overflow || elapsed < 0 ? -1 : elapsed / 1_000
    }

    private mutating func auditID(_ names: inout Names) -> UniqueID {
        let text = text(.auditID)
        if let uuid = UniqueID(uuid: text) { return uuid }
        return UniqueID(interned: intern(text, &names))
    }

    private mutating func client(
        _ tokens: inout CSJTokens, _ limit: UInt32, _ names: inout Names
    ) -> UInt32 {
        let user = intern(text(.user), &names)
        let agent = intern(text(.userAgent), &names)
        let impersonated = intern(text(.impersonatedUser), &names)
        var address = slots[.sourceIPs]
        if address.kind == .array, address.after >= address.token + 3 {
            // The last address is the one the server saw; clients may forge those before it.
            address = CSJValueAt(&tokens, address.after - 2, limit)
        }
        let source = intern(text(of: address), &names)
        return names.clients.intern(
            ClientIDs(user: user, userAgent: agent, address: source, impersonated: impersonated))
    }

    private mutating func readOutcome(into request: inout Request, _ origin: Origin) {
        let isCut =
            origin.isTruncated || slots[.truncated].isTrue
            || EventParser.isOmitted(slots[.requestObject])
            || EventParser.isOmitted(slots[.responseObject])
        let shape = ResponseShape(slots, isCut: origin.isTruncated)
        request.status = shape.status
        request.notFound = shape.notFound
        request.flags.formUnion(shape.flags)
        if isCut { request.flags.insert(.truncated) }
        if slots[.deprecated].isTrue || slots[.removedRelease].isSaid
            || slots[.removalRelease].isSaid
        {
            request.flags.insert(.deprecated)
        }
    }

    /// A word stands where the platform found the body too large.
    private static func isOmitted(_ body: CSJValue) -> Bool {
        body.kind == .string && body.text.equals("skipped-too-big-size-object")
    }

    @inline(never)
    private mutating func readBodies(_ names: borrowing Names, into traffic: inout Traffic) {
        let uri = text(.requestURI)
        bodies?.read(
            request: slots[.requestObject], response: slots[.responseObject],
            uri: uri, names: names, into: &traffic)
    }

    private mutating func showsObjects(_ request: Request) -> Bool {
        request.level >= .request || slots[.uid].isSaid
            || slots[.detailsUID].isSaid || request.verb == .delete
            || request.verb == .deletecollection
    }

    // MARK: Target

    private mutating func readTarget(into request: inout Request, _ names: inout Names) {
        let uri = text(.requestURI)
        var parts = PathParts()
        let hasReference = slots[.resource].isSaid
        if hasReference { readReference(into: &parts) }
        var pathLength = hasReference ? parts.spelledLength(in: uri) : nil
        if pathLength == nil {
            pathLength = uri.find(UInt8(ascii: "?"))
            request.path = readPath(uri.run(0..<(pathLength ?? 0)), &parts, hasReference, &names)
        }
        // Behind a proxy, the names of options are those of somebody else.
        let hidesName = HashedName.hides(resource: parts.resource)
        let isForeign =
            parts.subresource.equals("proxy") || request.verb == .proxy || hidesName
        request.query = readQuery(uri, behind: pathLength ?? 0, isForeign, &names)
        if request.verb == .none, !hasReference, !parts.resource.isEmpty {
            request.verb = RequestPath(uri.run(0..<(pathLength ?? 0))).prefixVerb
        }
        request.namespace = intern(parts.namespace, &names)
        request.name =
            hidesName ? names.strings.intern(hashing: parts.name) : intern(parts.name, &names)
        guard !parts.resource.isEmpty else { return }
        request.resource = names.resources.intern(
            ResourceIDs(
                group: intern(parts.group, &names), version: intern(parts.version, &names),
                resource: intern(parts.resource, &names),
                subresource: hidesName ? 0 : intern(parts.subresource, &names)))
    }

    private mutating func readReference(into parts: inout PathParts) {
        parts.group = text(.resourceGroup)
        parts.version = text(.resourceVersion)
        parts.namespace = text(.namespace)
        parts.resource = text(.resource)
        parts.name = text(.name)
        parts.subresource = text(.subresource)
        // v1alpha1 wrote `apps/v1` as the version.
        let slash = parts.version.find(ASCII.slash)
        if slash < parts.version.count {
            parts.group = parts.version.run(0..<slash)
            parts.version = parts.version.run(slash + 1..<parts.version.count)
        }
    }

    /// Reads a path that is not what the object reference spells; returns it where it must be kept.
    ///
    /// Without a reference the path itself says what was asked for.
    private mutating func readPath(
        _ path: ByteRun, _ parts: inout PathParts, _ hasReference: Bool, _ names: inout Names
    ) -> UInt32 {
        guard !path.isEmpty else { return 0 }
        let buffer = decoded.reserve(path.count)
        let plain = ByteRun(start: buffer, count: PathEncoding.decode(path, into: buffer))
        let parsed = RequestPath(plain)
        if !hasReference, parsed.isResource, !parsed.resource.isEmpty {
            parts = PathParts(plain, parsed)
        }
        // The name of a token is in its path.
        if HashedName.hides(resource: parts.resource) { return 0 }
        return parsed.keep(of: plain) { kept in
            parts.spell(kept) ? 0 : intern(kept, &names)
        }
    }

    private mutating func readQuery(
        _ uri: ByteRun, behind pathLength: Int, _ isForeign: Bool, _ names: inout Names
    ) -> UInt32 {
        let start = Swift.min(pathLength + 1, uri.count)
        let repairs = repairsText
        return query.keep(uri.run(start..<uri.count), isForeign: isForeign) {
            repairs ? names.strings.intern(repairing: $0) : names.strings.intern($0)
        }
    }

    // MARK: Texts

    @inline(__always)
    private mutating func text(_ field: EventField) -> ByteRun { text(of: slots[field]) }

    @inline(__always)
    private mutating func text(of value: CSJValue) -> ByteRun {
        value.escaped ? unescaped(value) : value.text
    }

    /// The arena has room for the whole record, of which every string is read once at most.
    @inline(never)
    private mutating func unescaped(_ value: CSJValue) -> ByteRun {
        let start = arena.base + arenaUsed
        guard arena.capacity - arenaUsed >= Int(value.length) else { return value.text }
        let length = CSJUnescape(value.bytes, Int(value.length), start)
        arenaUsed += length
        return ByteRun(start: start, count: length)
    }

    @inline(__always)
    private mutating func intern(_ text: ByteRun, _ names: inout Names) -> UInt32 {
        repairsText ? names.strings.intern(repairing: text) : names.strings.intern(text)
    }

    private mutating func serverID(_ name: String?, _ names: inout Names) -> UInt32 {
        guard let name else { return 0 }
        if name != serverName {
            serverName = name
            serverID = names.servers.intern(ServerName.repaired(name))
        }
        return serverID
    }
}

extension CSJStatus {
    /// Whether there are tokens to walk.
    var isUsable: Bool { self == .ready || self == .invalidUTF8 }

    /// Why a text was refused, for the table of rejects.
    var reason: String {
        switch self {
        case .ready, .invalidUTF8: ""
        case .empty: "nothing but white space"
        case .unclosedString: "a string without its end"
        case .controlCharacter: "a control character in a string"
        case .malformed: "an object that is cut or broken"
        case .tooLarge: "a record of two gigabytes or more"
        }
    }
}
