import ControlPlane
public import KubeAPI

/// When servers answered for resources that somebody was refused: what others say of a 404.
public struct Witnesses: Sendable, Equatable {
    /// One server and one resource, by their ids in the recording.
    public struct Place: Sendable, Hashable {
        var server: UInt32
        var resource: UInt32

        public init(server: UInt32, resource: UInt32) {
            self.server = server
            self.resource = resource
        }
    }

    private var answers: [Place: Spans] = [:]

    public init() {}

    public var isEmpty: Bool { answers.isEmpty }

    public mutating func add(_ place: Place, at instant: Int64) {
        answers[place, default: Spans()].add(instant)
    }

    /// Takes over what another part of the recording shows.
    public mutating func add(_ other: Witnesses) {
        for (place, more) in other.answers { answers[place, default: Spans()].add(more) }
    }

    /// To be called once all are here, before anything is asked.
    public mutating func settle() {
        for place in answers.keys { answers[place]?.settle() }
    }

    /// By resource id: the first id of the same group, version and resource.
    public static func wholes(_ resources: [GroupVersionResource]) -> [UInt32] {
        var known: [GroupVersionResource: UInt32] = [:]
        return resources.enumerated().map { number, id in
            let first = known[id] ?? UInt32(number)
            known[id] = first
            return first
        }
    }

    /// Whether any of some servers had answered for a resource before an instant.
    public func answered(
        _ resource: UInt32, before instant: Int64, by servers: Range<UInt32>
    ) -> Bool {
        servers.contains {
            answers[Place(server: $0, resource: resource)]?.last(before: instant) != nil
        }
    }

    /// The last time before an instant, the instant included, that a server answered.
    func last(_ place: Place, before instant: Int64) -> Int64? {
        answers[place]?.last(before: instant)
    }

    /// The first time after an instant, the instant included, that a server answered.
    func first(_ place: Place, after instant: Int64) -> Int64? {
        answers[place]?.first(after: instant)
    }
}
