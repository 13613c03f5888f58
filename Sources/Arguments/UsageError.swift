/// A command line that cannot be followed: one line that says why, and one that says what to do.
public struct UsageError: Error, Hashable, Sendable {
    public let message: String
    public let hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
