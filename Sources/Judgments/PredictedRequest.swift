public import KubeAPI

/// What a component of the new release will ask in a what-if, and what would become of it.
///
/// Nobody recorded it: it is no request, no verdict and no finding, and no headline counts it.
public struct PredictedRequest: Sendable, Equatable {
    /// How it is known that the component asks.
    public enum Grade: String, Sendable {
        /// A recording of that component shows it.
        case recorded
        /// It is known of the component, and no recording shows it.
        case stated
    }

    public var component: String
    public var resource: GroupVersionResource
    public var verbs: [String]
    /// `start`, `discovery` for what it asks once discovery lists it, or the occasion.
    public var occasion: String
    /// The recording or the fact.
    public var source: String
    public var grade: Grade
    /// When the first of the new components asks: its server has just become ready.
    public var at: Int64 = 0
    /// The worst that the servers it may speak to would answer.
    public var outcome = Outcome.local
    public var certainty = Certainty.certain
    /// The servers that would answer with a wrong 404, for certain or perhaps.
    public var refusing: [String] = []

    public init(
        component: String, resource: GroupVersionResource, verbs: [String], occasion: String,
        source: String, grade: Grade
    ) {
        self.component = component
        self.resource = resource
        self.verbs = verbs
        self.occasion = occasion
        self.source = source
        self.grade = grade
    }
}
