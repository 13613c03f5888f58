import Bytes

/// What names have beyond a mark: how they travel from one table to another, on another thread.
///
/// Ids only grow, so the new ones are a tail.
public struct NamesTail: Sendable {
    /// How far names have been handed on.
    public struct Mark: Sendable {
        public var strings = 1
        public var resources = 1
        public var clients = 1
        public var servers = 1
        public var sources = 1

        /// Nothing was: each table has its empty entry alone.
        public init() {}

        /// Where a parser begins that was given the names of a recording.
        public init(storedOf names: Names) {
            self.init(endOf: names)
            strings = names.storedStrings
        }

        init(endOf names: Names) {
            strings = names.strings.count
            resources = names.resources.count
            clients = names.clients.count
            servers = names.servers.count
            sources = names.sources.count
        }
    }

    public let first: Mark
    private var stringBytes: [UInt8] = []
    private var stringEnds: [Int] = []
    public let resources: [ResourceIDs]
    public let clients: [ClientIDs]
    public let servers: [String]
    public let sources: [String]

    /// What `names` has beyond `mark`, which moves to its end.
    public init(of names: Names, after mark: inout Mark) {
        first = mark
        resources = (mark.resources..<names.resources.count).map { names.resources[UInt32($0)] }
        clients = (mark.clients..<names.clients.count).map { names.clients[UInt32($0)] }
        servers = (mark.servers..<names.servers.count).map { names.servers[UInt32($0)] }
        sources = (mark.sources..<names.sources.count).map { names.sources[UInt32($0)] }
        for id in mark.strings..<names.strings.count {
            names.strings.withBytes(of: UInt32(id)) { stringBytes.append(contentsOf: $0) }
            stringEnds.append(stringBytes.count)
        }
        mark = Mark(endOf: names)
    }

    /// The places of the new texts among themselves.
    public var strings: Range<Int> { stringEnds.indices }

    /// Gives the bytes of a new text, which need not be UTF-8.
    public func withString<R, E: Error>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let range = (index == 0 ? 0 : stringEnds[index - 1])..<stringEnds[index]
        return try stringBytes.span.extracting(range).withUnsafeBufferPointer(body)
    }
}
