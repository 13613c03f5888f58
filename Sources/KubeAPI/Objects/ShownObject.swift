public import Bytes

/// What a body says of one object: whatever reads bodies fills it, `ObjectOccasion` judges it.
public struct ShownObject: Sendable {
    /// More than the three megabytes that an API server takes of an object can spell.
    public static let mostReferences = 65_536

    /// 0 where the body leaves it to the list around the object, or to the path.
    public var kind: UInt32 = 0
    public var group: UInt32 = 0
    public var version: UInt32 = 0
    /// Group and version are said: the core group is said as nothing.
    public var hasVersion = false
    public var name: UInt32 = 0
    public var namespace: UInt32 = 0
    public var uid = UniqueID.none
    public var deletionRequestedAt: Int64?
    /// `metadata.deletionGracePeriodSeconds`.
    public var gracePeriod: Int64?
    public private(set) var finalizers: [UInt32] = []
    /// `spec.finalizers`, which count for a namespace.
    public var hasNamespaceFinalizers = false
    public private(set) var owners: [OwnerReference] = []

    public init() {}

    public mutating func add(finalizer: UInt32) {
        if finalizers.count < ShownObject.mostReferences { finalizers.append(finalizer) }
    }

    /// A reference that names nobody is none.
    public mutating func add(owner: OwnerReference) {
        guard owner.uid != .none || owner.name != 0 else { return }
        if owners.count < ShownObject.mostReferences { owners.append(owner) }
    }
}

extension ByteRun {
    /// The two parts of an `apiVersion`; nil where there is none that clients could name.
    public var groupAndVersion: (group: ByteRun, version: ByteRun)? {
        guard !isEmpty else { return nil }
        let slash = find(ASCII.slash)
        if slash == count { return (ByteRun(start: nil, count: 0), self) }
        let version = run(slash + 1..<count)
        return version.equals("__internal") ? nil : (run(0..<slash), version)
    }

    /// `Pod` of `PodList`; nil where a kind says nothing of what is listed.
    public var elementKind: ByteRun? {
        let suffix = 4
        guard count > suffix, hasSuffix("List"), !equals("PartialObjectMetadataList") else {
            return nil
        }
        return run(0..<count - suffix)
    }
}
