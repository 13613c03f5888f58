import AuditLog
import Bytes
import KubeAPI

/// What the reader made of a text: the traffic, with its ids turned back into words.
struct Reading {
    var names = Names()
    var traffic = Traffic()
    var bodyCounts = BodyCounts()

    /// Feeds the text in chunks of at least so many bytes; what is not consumed comes again.
    init(
        _ bytes: [UInt8], server: String = "cp-1", chunk: Int = .max, bodies: BodyPolicy = .graph
    ) {
        var reader = AuditReader(
            source: names.sources.intern("audit.log"),
            server: server.isEmpty ? 0 : names.servers.intern(server), bodies: bodies)
        defer { bodyCounts = reader.bodyCounts }
        var start = 0
        var end = min(chunk, bytes.count)
        while true {
            let isLast = end == bytes.count
            let consumed = Reading.feed(
                Array(bytes[start..<end]), isLast, &reader, &names, &traffic)
            precondition(consumed <= end - start)
            start += consumed
            if isLast { return }
            end = min(end + min(chunk, bytes.count), bytes.count)
        }
    }

    init(
        _ text: String, server: String = "cp-1", chunk: Int = .max, bodies: BodyPolicy = .graph
    ) {
        self.init(Array(text.utf8), server: server, chunk: chunk, bodies: bodies)
    }

    /// Behind the chunk stand bytes that would break any reader that minds them.
    private static func feed(
        _ bytes: [UInt8], _ isLast: Bool, _ reader: inout AuditReader, _ names: inout Names,
        _ traffic: inout Traffic
    ) -> Int {
        let padded = bytes + [UInt8](repeating: UInt8(ascii: "\""), count: AuditReader.padding)
        return padded.withUnsafeBytes { raw in
            reader.read(
                UnsafeRawBufferPointer(rebasing: raw[0..<bytes.count]), isLast: isLast,
                names: &names, into: &traffic)
        }
    }

    var requests: [Request] { traffic.requests }
    var objects: [ObjectObservation] { traffic.objects }
    var rejects: [String] { traffic.rejects.map { "\($0.position): \($0.reason)" } }

    func text(_ id: UInt32) -> String { names.strings[id] }

    /// `get apps/v1/deployments/scale team-a/web` and the like.
    func summary(_ request: Request) -> String {
        var text = request.verb.text
        let key = names.groupVersionResource(request.resource)
        if request.resource != 0 { text += " \(key)" }
        let part = request.resource == 0 ? "" : names.subresource(request.resource)
        if !part.isEmpty { text += "/\(part)" }
        if request.namespace != 0 { text += " \(self.text(request.namespace))/" }
        if request.name != 0 {
            text += request.namespace == 0 ? " " : ""
            text += self.text(request.name)
        }
        if request.path != 0 { text += " path \(self.text(request.path))" }
        if request.query != 0 { text += " query \(self.text(request.query))" }
        return text
    }

    /// User, user agent, address, impersonated user.
    func client(_ request: Request) -> [String] {
        let key = names.clients[request.client]
        return (0..<4).map { text(key.ids[$0]) }
    }

    /// `created apps/v1 Deployment deployments team-a/web uid`.
    func summary(_ object: ObjectObservation) -> String {
        let version = GroupVersion(group: text(object.group), version: text(object.version))
        let kind = object.kind == 0 ? "-" : text(object.kind)
        let place = object.namespace == 0 ? "" : text(object.namespace) + "/"
        return "\(object.state) \(version) \(kind) \(text(object.resource)) "
            + "\(place)\(text(object.name)) \(object.uid.text(in: names.strings))"
    }

    /// Everything that was read, whatever ids the texts were given.
    var transcript: [String] {
        var lines = requests.map { request in
            "\(request.at) \(request.auditID.text(in: names.strings)) \(summary(request)) "
                + "\(client(request)) \(request.status) \(request.notFound) \(request.stage) "
                + "\(request.level) \(request.flags.rawValue) \(request.durationMicroseconds) "
                + "\(request.position) \(names.servers[request.server])"
        }
        for object in objects {
            let owners = object.owners.map { owner in
                "\(text(owner.group))/\(text(owner.version)) \(text(owner.kind)) "
                    + "\(text(owner.name)) \(owner.uid.text(in: names.strings)) "
                    + "\(owner.isController) \(owner.blocksDeletion)"
            }
            lines.append(
                "\(object.request) \(object.at) \(summary(object)) \(owners) "
                    + "\(object.finalizers.map(text)) \(object.deletionRequestedAt ?? 0)")
        }
        for deletion in traffic.deletions {
            lines.append(
                "\(deletion.request) \(deletion.uid.text(in: names.strings)) "
                    + "\(text(deletion.resourceVersion)) \(deletion.propagation)")
        }
        return lines + rejects
    }
}

/// One audit event of which a test says only what it is about.
struct Event {
    var fields: [(String, String)] = [
        ("kind", #""Event""#), ("apiVersion", #""audit.k8s.io/v1""#), ("level", #""Metadata""#),
        ("auditID", #""0a1b2c3d-4e5f-6789-abcd-ef0123456789""#),
        ("stage", #""ResponseComplete""#),
        ("requestURI", #""/api/v1/namespaces/team-a/pods/web-1""#), ("verb", #""get""#),
        ("user", #"{"username":"ada","groups":["system:authenticated"]}"#),
        ("sourceIPs", #"["10.0.0.7"]"#), ("userAgent", #""kubectl/v1.36.2""#),
        (
            "objectRef",
            #"{"resource":"pods","namespace":"team-a","name":"web-1","apiVersion":"v1"}"#
        ),
        ("responseStatus", #"{"metadata":{},"code":200}"#),
        ("requestReceivedTimestamp", #""2026-11-20T22:09:43.742107Z""#),
        ("stageTimestamp", #""2026-11-20T22:09:43.752108Z""#),
    ]

    /// Replaces fields, adds new ones, removes those given as the empty text.
    init(_ changes: [String: String] = [:]) {
        for name in changes.keys.sorted() {
            let value = changes[name] ?? ""
            if let index = fields.firstIndex(where: { $0.0 == name }) {
                fields[index].1 = value
            } else {
                fields.append((name, value))
            }
        }
        fields.removeAll { $0.1.isEmpty }
    }

    var line: String {
        "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// A finished request with bodies.
    static func withBodies(
        _ verb: String, _ uri: String, _ reference: String, code: Int, request: String = "",
        response: String = "", status: String = ""
    ) -> Event {
        Event([
            "level": #""RequestResponse""#, "verb": "\"\(verb)\"", "requestURI": "\"\(uri)\"",
            "objectRef": reference,
            "responseStatus": status.isEmpty ? "{\"metadata\":{},\"code\":\(code)}" : status,
            "requestObject": request, "responseObject": response,
        ])
    }
}
