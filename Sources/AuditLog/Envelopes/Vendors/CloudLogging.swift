import Bytes

/// An entry of Google Cloud's audit logs turned back into a Kubernetes audit event.
///
/// Cloud Logging keeps method, resource, caller and a gRPC status, and loses the query, groups,
/// stages and the server. What is lost stays lost: nothing is made up but what follows from the
/// method, such as the 201 of a create.
struct CloudLogging {
    private let entry: [EnvelopeField]
    private let payload: [EnvelopeField]
    private let method: CloudMethod
    private let response: [EnvelopeField]
    private(set) var isTruncated = false

    /// Nil where the entry is another service's.
    init?(entry: [EnvelopeField], payload: EnvelopeField) {
        let fields = Unwrapper.fields(of: payload.value)
        guard let service = CloudLogging.find("serviceName", in: fields),
            service.characters.equals("k8s.io"),
            let name = CloudLogging.find("methodName", in: fields)?.text
        else { return nil }
        self.entry = entry
        self.payload = fields
        let resource = CloudLogging.find("resourceName", in: fields)?.text
        method = CloudMethod(name, resourceName: resource ?? "")
        response = Unwrapper.fields(of: CloudLogging.find("response", in: fields)?.value)
        let labels = CloudLogging.find("labels", in: entry)
        isTruncated = labels?.value.contains("\"audit.k8s.io/truncated\"") ?? false
    }

    func event() -> JSONWriter {
        let request = CloudLogging.body(payload, "request", "requestJson")
        let response = CloudLogging.body(payload, "response", "responseJson")
        var writer = JSONWriter()
        writer.open("{")
        writer.key("kind")
        writer.text("Event")
        writer.key("apiVersion")
        writer.text("audit.k8s.io/v1")
        writer.key("level")
        writer.text(response != nil ? "RequestResponse" : request != nil ? "Request" : "Metadata")
        writeIdentity(&writer)
        writer.key("stage")
        writer.text(stage)
        writer.key("requestURI")
        writer.text(method.requestURI)
        writer.key("verb")
        writer.text(method.verb)
        writeCaller(&writer)
        method.writeObjectReference(&writer)
        writeStatus(&writer)
        if let request {
            writer.key("requestObject")
            writer.json(request)
        }
        if let response {
            writer.key("responseObject")
            writer.json(response)
        }
        writeTime(&writer)
        writeAnnotations(&writer)
        writer.close("}")
        return writer
    }

    private func writeIdentity(_ writer: inout JSONWriter) {
        let operation = Unwrapper.fields(of: CloudLogging.find("operation", in: entry)?.value)
        guard
            let id = CloudLogging.find("id", in: operation)
                ?? CloudLogging.find("insertId", in: entry)
        else { return }
        writer.key("auditID")
        writer.string(id)
    }

    /// An operation that has begun and not ended is a watch or an exec that was only started.
    private var stage: String {
        let operation = Unwrapper.fields(of: CloudLogging.find("operation", in: entry)?.value)
        let first = CloudLogging.find("first", in: operation)?.value.equals("true") ?? false
        let last = CloudLogging.find("last", in: operation)?.value.equals("true") ?? false
        return first && !last ? "ResponseStarted" : "ResponseComplete"
    }

    private func writeCaller(_ writer: inout JSONWriter) {
        let caller = Unwrapper.fields(
            of: CloudLogging.find("authenticationInfo", in: payload)?.value)
        writer.key("user")
        writer.open("{")
        if let name = CloudLogging.find("principalEmail", in: caller) {
            writer.key("username")
            writer.string(name)
        }
        writer.close("}")
        let request = Unwrapper.fields(of: CloudLogging.find("requestMetadata", in: payload)?.value)
        if let address = CloudLogging.find("callerIp", in: request), address.isString {
            writer.key("sourceIPs")
            writer.open("[")
            writer.string(address)
            writer.close("]")
        }
        if let agent = CloudLogging.find("callerSuppliedUserAgent", in: request), agent.isString {
            writer.key("userAgent")
            writer.string(agent)
        }
    }

    // MARK: - Status

    /// The Status object of the response where there is one, otherwise the gRPC code.
    private func writeStatus(_ writer: inout JSONWriter) {
        writer.key("responseStatus")
        writer.open("{")
        writer.key("metadata")
        writer.json("{}".utf8)
        let isStatus =
            response.first { $0.key == .kind }?.characters.equals("Status") ?? false
        let status = Unwrapper.fields(of: CloudLogging.find("status", in: payload)?.value)
        let grpc = CloudLogging.find("code", in: status).flatMap { Int($0.characters.text) } ?? 0
        if isStatus, let code = CloudLogging.find("code", in: response) {
            for name in ["status", "message", "reason", "details"] {
                guard let field = response.first(where: { $0.name.text == name }) else { continue }
                writer.key(name.utf8)
                writer.json(field.value)
            }
            writer.key("code")
            writer.json(code.characters)
        } else {
            if grpc != 0 {
                writer.key("status")
                writer.text("Failure")
                // A gRPC status never has them: that they are missing says nothing of the server.
                writer.key("details")
                writer.json("{}".utf8)
            }
            if let message = CloudLogging.find("message", in: status), message.isString,
                !message.characters.isEmpty
            {
                writer.key("message")
                writer.string(message)
            } else if grpc != 0 {
                // A failure without any word would read as one whose body was opaque.
                writer.key("message")
                writer.text("gRPC code \(grpc)")
            }
            if let reason = CloudLogging.reason(grpc) {
                writer.key("reason")
                writer.text(reason)
            }
            writer.key("code")
            writer.number(CloudLogging.httpStatus(grpc, verb: method.verb))
        }
        writer.close("}")
    }

    /// gRPC codes as the logging backend makes them from HTTP, turned back.
    static func httpStatus(_ grpc: Int, verb: String) -> Int {
        switch grpc {
        case 0: verb == "create" ? 201 : 200
        case 3, 9, 11: 400
        case 4: 504
        case 5: 404
        case 6, 10: 409
        case 7: 403
        case 8: 429
        case 12: 501
        case 14: 503
        case 16: 401
        default: 500
        }
    }

    private static func reason(_ grpc: Int) -> String? {
        switch grpc {
        case 5: "NotFound"
        case 6: "AlreadyExists"
        case 7: "Forbidden"
        case 10: "Conflict"
        case 14: "ServiceUnavailable"
        case 16: "Unauthorized"
        default: nil
        }
    }

    // MARK: - Time and annotations

    private func writeTime(_ writer: inout JSONWriter) {
        guard
            let time = CloudLogging.find("timestamp", in: entry)
                ?? CloudLogging.find("receiveTimestamp", in: entry)
        else { return }
        let text = time.characters
        writer.key("requestReceivedTimestamp")
        // BigQuery writes `2026-11-20 21:14:37.123456 UTC`.
        writer.text(text.hasSuffix(" UTC") ? text.run(0, text.count - 4) : text)
    }

    /// The event's annotations are among the entry's labels.
    private func writeAnnotations(_ writer: inout JSONWriter) {
        let labels = Unwrapper.fields(of: CloudLogging.find("labels", in: entry)?.value)
        let annotations = labels.filter { $0.name.contains("k8s.io") && $0.isString }
        guard !annotations.isEmpty else { return }
        writer.key("annotations")
        writer.open("{")
        for label in annotations {
            writer.key(escaped: label.name)
            writer.string(label)
        }
        writer.close("}")
    }

    // MARK: - Look-up

    static func find(_ name: StaticString, in fields: [EnvelopeField]) -> EnvelopeField? {
        fields.first { $0.name.equals(name) }
    }

    /// A body: an object, or in BigQuery a string of one.
    private static func body(
        _ fields: [EnvelopeField], _ name: StaticString, _ column: StaticString
    ) -> [UInt8]? {
        if let object = find(name, in: fields), object.isObject || object.isArray {
            return Array(object.value)
        }
        guard let text = find(column, in: fields)?.decoded, text.first == ASCII.openBrace,
            text.withUnsafeBufferPointer({ Unwrapper.isWholeObject($0) })
        else { return nil }
        return text
    }
}

extension Unwrapper {
    static func fields(of json: ByteRun?) -> [EnvelopeField] {
        guard let json else { return [] }
        return fields(of: json)
    }
}
