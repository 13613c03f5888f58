/// Which fields of the catalogue's table the bodies of one request had; never what was in them.
///
/// Of updates and patches there is one even where no such field was there: what is missing from
/// them tells of losses.
public struct FieldSighting: Sendable, BitwiseCopyable {
    /// Index in `Traffic.requests`.
    public var request: Int
    /// The object's name, an id in `Names.strings`: a create does not name it.
    public var name: UInt32
    /// The paths in the request's body, one a line, an id in `Names.strings`; nil where the record
    /// has no such body.
    public var sent: UInt32?
    /// The same of the answer.
    public var shown: UInt32?
    /// The answer's resource version, which grows with every write in the cluster; 0 where it is
    /// none.
    public var version: Int64

    public init(request: Int, name: UInt32) {
        self.request = request
        self.name = name
        sent = nil
        shown = nil
        version = 0
    }

    public var isEmpty: Bool { (sent ?? 0) == 0 && (shown ?? 0) == 0 }
}
