public import Bytes

/// The parts of a request that its path is made of, as bytes.
public struct PathParts {
    public var group = ByteRun(start: nil, count: 0)
    public var version = ByteRun(start: nil, count: 0)
    public var namespace = ByteRun(start: nil, count: 0)
    public var resource = ByteRun(start: nil, count: 0)
    public var name = ByteRun(start: nil, count: 0)
    public var subresource = ByteRun(start: nil, count: 0)

    public init() {}

    /// The parts of a path that was taken apart.
    public init(_ path: ByteRun, _ parsed: RequestPath) {
        group = path.run(parsed.group)
        version = path.run(parsed.version)
        namespace = path.run(parsed.namespace)
        resource = path.run(parsed.resource)
        name = path.run(parsed.name)
        subresource = path.run(parsed.subresource)
    }

    /// Whether this is the path of a namespace itself: its name is recorded as its namespace, too
    /// (F1.8).
    private var isNamespaceItself: Bool { resource.equals("namespaces") && namespace.equals(name) }

    /// The length of the canonical path of these parts at the start of a target that ends there
    /// or goes on with its query; nil where the target spells another path.
    public func spelledLength(in target: ByteRun) -> Int? {
        var spelling = Spelling(target)
        if group.isEmpty {
            spelling.expect("/api")
        } else {
            spelling.expect("/apis")
            spelling.expect(segment: group)
        }
        spelling.expect(segment: version)
        if !namespace.isEmpty, !isNamespaceItself {
            spelling.expect("/namespaces")
            spelling.expect(segment: namespace)
        }
        spelling.expect(segment: resource)
        if !name.isEmpty { spelling.expect(segment: name) }
        if !subresource.isEmpty { spelling.expect(segment: subresource) }
        let isWhole =
            spelling.position == target.count
            || spelling.holds && target[spelling.position] == UInt8(ascii: "?")
        return spelling.holds && isWhole ? spelling.position : nil
    }

    /// Whether a path is what these parts spell, so that `Names` can rebuild it.
    public func spell(_ path: ByteRun) -> Bool {
        !resource.isEmpty && spelledLength(in: path) == path.count
    }
}

/// Compares a text piece by piece.
private struct Spelling {
    let text: ByteRun
    var position = 0
    var holds = true

    @inline(__always)
    init(_ text: ByteRun) { self.text = text }

    @inline(__always)
    mutating func expect(_ word: StaticString) {
        let end = position &+ word.utf8CodeUnitCount
        guard holds, end <= text.count, text.run(position..<end).equals(word) else {
            holds = false
            return
        }
        position = end
    }

    @inline(__always)
    mutating func expect(segment: ByteRun) {
        let end = position &+ 1 &+ segment.count
        guard holds, end <= text.count, text[position] == ASCII.slash,
            text.run(position &+ 1..<end).equals(segment)
        else {
            holds = false
            return
        }
        position = end
    }
}
