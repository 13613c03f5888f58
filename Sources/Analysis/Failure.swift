/// It cannot be done: what was wanted and what stood in the way, in one line.
public struct Failure: Error {
    public let message: String
    public var hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
