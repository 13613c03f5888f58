/// What an envelope says of the audit event inside it, and the event itself does not.
///
/// Filled by `EnvelopeReader`, read by the event parser. A plain log gives positions alone.
public struct EnvelopeHint: Equatable, Sendable {
    /// The server that wrote the event: a stream, pod or node; nil where the envelope names none.
    public var server: String?
    /// The line, counted from 1, on which the record starts that holds the event.
    public var position: Int64
    /// The platform says that it cut or dropped parts of the event.
    public var isTruncated = false

    public init(position: Int64) {
        self.position = position
    }
}
