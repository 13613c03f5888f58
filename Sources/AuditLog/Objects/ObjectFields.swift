/// The fields of a body that are looked at: of an object, a list, a Status, delete options.
///
/// One plan for all of them, because a body says only inside what it is.
enum ObjectField: Int, PlannedField {
    case kind, apiVersion, name, namespace, uid, owners, finalizers, deletionTimestamp
    case gracePeriod, namespaceFinalizers, resourceVersion
    case items, rows, eventType, eventObject
    case status, detailsUID, detailsName
    case preconditionUID, preconditionVersion, propagationPolicy, orphanDependents, dryRun

    var path: String {
        switch self {
        case .kind: "kind"
        case .apiVersion: "apiVersion"
        case .name: "metadata>name"
        case .namespace: "metadata>namespace"
        case .uid: "metadata>uid"
        case .owners: "metadata>ownerReferences"
        case .finalizers: "metadata>finalizers"
        case .deletionTimestamp: "metadata>deletionTimestamp"
        case .gracePeriod: "metadata>deletionGracePeriodSeconds"
        case .namespaceFinalizers: "spec>finalizers"
        case .resourceVersion: "metadata>resourceVersion"
        case .items: "items"
        case .rows: "rows"
        case .eventType: "type"
        case .eventObject: "object"
        case .status: "status"
        case .detailsUID: "details>uid"
        case .detailsName: "details>name"
        case .preconditionUID: "preconditions>uid"
        case .preconditionVersion: "preconditions>resourceVersion"
        case .propagationPolicy: "propagationPolicy"
        case .orphanDependents: "orphanDependents"
        case .dryRun: "dryRun"
        }
    }
}

/// The fields of an owner reference.
enum OwnerField: Int, PlannedField {
    case apiVersion, kind, name, uid, controller, blocksDeletion

    var path: String {
        switch self {
        case .apiVersion: "apiVersion"
        case .kind: "kind"
        case .name: "name"
        case .uid: "uid"
        case .controller: "controller"
        case .blocksDeletion: "blockOwnerDeletion"
        }
    }
}
