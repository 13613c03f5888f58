/// The fields of an audit event that are looked at, each with its slot.
enum EventField: Int, PlannedField {
    case kind, apiVersion, level, auditID, stage, requestURI, verb, user, impersonatedUser
    case sourceIPs, userAgent
    case resource, namespace, name, uid, resourceGroup, resourceVersion, subresource
    case revision
    case status, message, reason, details, detailsName, detailsUID, code
    case requestObject, responseObject, received, staged
    /// v1alpha1's only instant.
    case timestamp
    case deprecated, removedRelease, removalRelease, truncated

    var path: String {
        switch self {
        case .kind: "kind"
        case .apiVersion: "apiVersion"
        case .level: "level"
        case .auditID: "auditID"
        case .stage: "stage"
        case .requestURI: "requestURI"
        case .verb: "verb"
        case .user: "user>username"
        case .impersonatedUser: "impersonatedUser>username"
        case .sourceIPs: "sourceIPs"
        case .userAgent: "userAgent"
        case .resource: "objectRef>resource"
        case .namespace: "objectRef>namespace"
        case .name: "objectRef>name"
        case .uid: "objectRef>uid"
        case .resourceGroup: "objectRef>apiGroup"
        case .resourceVersion: "objectRef>apiVersion"
        case .subresource: "objectRef>subresource"
        case .revision: "objectRef>resourceVersion"
        case .status: "responseStatus>status"
        case .message: "responseStatus>message"
        case .reason: "responseStatus>reason"
        case .details: "responseStatus>details"
        case .detailsName: "responseStatus>details>name"
        case .detailsUID: "responseStatus>details>uid"
        case .code: "responseStatus>code"
        case .requestObject: "requestObject"
        case .responseObject: "responseObject"
        case .received: "requestReceivedTimestamp"
        case .staged: "stageTimestamp"
        case .timestamp: "timestamp"
        case .deprecated: "annotations>k8s.io/deprecated"
        case .removedRelease: "annotations>k8s.io/removed-release"
        case .removalRelease: "annotations>k8s.io/removal-release"
        case .truncated: "annotations>audit.k8s.io/truncated"
        }
    }
}
