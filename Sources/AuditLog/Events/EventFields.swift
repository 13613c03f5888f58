/// The fields of an audit event that are looked at, each with its slot.
///
/// The order is that of the plan; nothing depends on it otherwise.
enum EventField {
    static let paths = [
        "kind", "apiVersion", "level", "auditID", "stage", "requestURI", "verb",
        "user>username", "impersonatedUser>username", "sourceIPs", "userAgent",
        "objectRef>resource", "objectRef>namespace", "objectRef>name", "objectRef>uid",
        "objectRef>apiGroup", "objectRef>apiVersion", "objectRef>subresource",
        "responseStatus>status", "responseStatus>message", "responseStatus>reason",
        "responseStatus>details", "responseStatus>details>name", "responseStatus>details>uid",
        "responseStatus>code", "requestObject", "responseObject", "requestReceivedTimestamp",
        "stageTimestamp", "timestamp", "annotations>k8s.io/deprecated",
        "annotations>k8s.io/removed-release", "annotations>k8s.io/removal-release",
        "annotations>audit.k8s.io/truncated",
    ]

    static let kind = 0
    static let apiVersion = 1
    static let level = 2
    static let auditID = 3
    static let stage = 4
    static let requestURI = 5
    static let verb = 6
    static let user = 7
    static let impersonatedUser = 8
    static let sourceIPs = 9
    static let userAgent = 10
    static let resource = 11
    static let namespace = 12
    static let name = 13
    static let uid = 14
    static let resourceGroup = 15
    static let resourceVersion = 16
    static let subresource = 17
    static let status = 18
    static let message = 19
    static let reason = 20
    static let details = 21
    static let detailsName = 22
    static let detailsUID = 23
    static let code = 24
    static let requestObject = 25
    static let responseObject = 26
    static let received = 27
    static let staged = 28
    /// v1alpha1's only instant.
    static let timestamp = 29
    static let deprecated = 30
    static let removedRelease = 31
    static let removalRelease = 32
    static let truncated = 33
}
