public import Bytes

/// What the body of a delete asks for.
public struct DeleteOptions: Sendable {
    /// Of the preconditions.
    public var uid = UniqueID.none
    /// Of the preconditions, an id in `Names.strings`.
    public var resourceVersion: UInt32 = 0
    public var propagation = Deletion.Propagation.none
    /// The older form of the propagation.
    public var orphansDependents: Bool?
    /// A rehearsal: nothing is deleted.
    public var isDryRun = false

    public init() {}
}

extension Deletion {
    /// What a delete asked for in its body and its query; nil where neither says anything.
    ///
    /// What the body says counts.
    public init?(request: Int, _ options: DeleteOptions?, _ query: QueryFilter.Facts) {
        guard options != nil || query.propagation != .none else { return nil }
        self.init(
            request: request, uid: options?.uid ?? .none,
            resourceVersion: options?.resourceVersion ?? 0, propagation: query.propagation)
        if let options, options.propagation != .none {
            propagation = options.propagation
        } else if let orphans = options?.orphansDependents {
            propagation = Propagation(orphans: orphans)
        }
    }
}

extension Deletion.Propagation {
    /// Reads the value of `propagationPolicy`.
    public init(policy: ByteRun) {
        if policy.equals("Foreground") {
            self = .foreground
        } else if policy.equals("Background") {
            self = .background
        } else if policy.equals("Orphan") {
            self = .orphan
        } else {
            self = .none
        }
    }

    /// What `orphanDependents` means.
    init(orphans: Bool) { self = orphans ? .orphan : .background }
}
