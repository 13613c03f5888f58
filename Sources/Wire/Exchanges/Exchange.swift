import KubeAPI

/// One request and its response, while they pass by.
struct Exchange {
    /// What the body of the response is read for.
    enum BodyUse {
        case nothing
        /// Objects, the events of a watch, or a Status, all in JSON.
        case objects
        /// A failure that is not JSON: its first bytes tell its shape.
        case failure
        /// A discovery document, kept as it is.
        case document
    }

    /// Of a body that is no JSON.
    static let longestFailure = 4_096
    /// The aggregated discovery of a server with a thousand CRDs is a tenth of it.
    static let longestDocument = 16 << 20
    /// Objects that one exchange may show before they are handed on.
    static let mostObservations = 200_000
    /// Objects that all exchanges may show within one piece of a capture: etcd holds fewer, but a
    /// megabyte of gzip may spell thirty million.
    static let mostObjects = 1_000_000

    var stream: UInt32
    var request = Request()
    var header = WireHeader()
    /// What its query asks for.
    var asked = QueryFilter.Facts()
    var isDryRun = false
    var isDocumentPath = false
    var documentPath = ""
    var deletion: Deletion?
    /// Delete options in JSON are read.
    var options: ObjectWalk?
    var readsOptions = false
    var use = BodyUse.nothing
    var walk = ObjectWalk()
    var gunzip: Gunzip?
    var kept: [UInt8] = []
    var observations: [ObjectObservation] = []
    var isAnswered = false
    var isIncomplete = false
    var end: Int64?
    var isPlainText = false
    var isHead = false
    var saidLength = -1

    init(stream: UInt32) { self.stream = stream }
}

/// The type of a body, as far as it decides what is read of it.
enum BodyType {
    case json, protobuf, cbor, yaml, plainText, grpc, other, none

    init(_ value: UnsafeRawBufferPointer) {
        let end = value.firstPlace(of: UInt8(ascii: ";")) ?? value.count
        let type = value.part(0, end).trimmed()
        if type.isEmpty {
            self = .none
        } else if type.equalsIgnoringCase("application/json")
            || type.equalsIgnoringCase("application/merge-patch+json")
            || type.equalsIgnoringCase("application/json-patch+json")
            || type.equalsIgnoringCase("application/strategic-merge-patch+json")
        {
            self = .json
        } else if type.starts(with: "application/vnd.kubernetes.protobuf") {
            self = .protobuf
        } else if type.starts(with: "application/cbor")
            || type.equalsIgnoringCase("application/apply-patch+cbor")
        {
            self = .cbor
        } else if type.equalsIgnoringCase("application/yaml")
            || type.equalsIgnoringCase("application/apply-patch+yaml")
        {
            self = .yaml
        } else if type.equalsIgnoringCase("text/plain") {
            self = .plainText
        } else if type.starts(with: "application/grpc") {
            self = .grpc
        } else {
            self = .other
        }
    }
}
