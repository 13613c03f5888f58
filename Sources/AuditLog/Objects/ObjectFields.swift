/// The fields of a body that are looked at: of an object, a list, a Status, delete options.
///
/// One plan for all of them, because a body says only inside what it is.
enum ObjectField {
    static let paths = [
        "kind", "apiVersion", "metadata>name", "metadata>namespace", "metadata>uid",
        "metadata>ownerReferences", "metadata>finalizers", "metadata>deletionTimestamp",
        "metadata>deletionGracePeriodSeconds", "spec>finalizers", "items", "rows", "type",
        "object", "status", "details>uid", "details>name", "preconditions>uid",
        "preconditions>resourceVersion", "propagationPolicy", "orphanDependents", "dryRun",
    ]

    static let kind = 0
    static let apiVersion = 1
    static let name = 2
    static let namespace = 3
    static let uid = 4
    static let owners = 5
    static let finalizers = 6
    static let deletionTimestamp = 7
    static let gracePeriod = 8
    static let namespaceFinalizers = 9
    static let items = 10
    static let rows = 11
    static let eventType = 12
    static let eventObject = 13
    static let status = 14
    static let detailsUID = 15
    static let detailsName = 16
    static let preconditionUID = 17
    static let preconditionVersion = 18
    static let propagationPolicy = 19
    static let orphanDependents = 20
    static let dryRun = 21
}

/// The fields of an owner reference.
enum OwnerField {
    static let paths = [
        "apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion",
    ]

    static let apiVersion = 0
    static let kind = 1
    static let name = 2
    static let uid = 3
    static let controller = 4
    static let blocksDeletion = 5
}
