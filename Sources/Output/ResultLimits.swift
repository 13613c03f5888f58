/// What keeps a list of results from meaning that all is well.
///
/// "No results" reads as an all-clear; where the evidence carries none, every format says so.
public struct ResultLimit: Sendable {
    /// Stable, such as `no-reads`.
    public var id: String
    public var message: String
    /// With it an empty list is no all-clear.
    public var isBlocking: Bool

    public init(id: String, message: String, isBlocking: Bool) {
        self.id = id
        self.message = message
        self.isBlocking = isBlocking
    }

    static let rule = ResultRule(
        id: "evidence", name: "The evidence carries an all-clear",
        help: "Where logs, servers or requests are missing, that nothing was found does not mean "
            + "that nothing went wrong. 'kubeskew doctor RECORDING' says what is missing.")
}
