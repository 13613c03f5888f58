/// A place in a YAML text, both numbers from 1.
public struct Mark: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A YAML document as a tree that remembers where each part stood.
///
/// Read by the scenario file and by the readers of kubeadm, pod and systemd files. It keeps scalars
/// as they were written: whether `1.30` is a release or a number is for the reader of the field.
/// Tags are dropped and anchors are already resolved.
public struct YAMLNode: Sendable {
    public enum Content: Sendable {
        /// Plain: written without quotes, so `~` and an empty text mean null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    public var content: Content
    public var mark: Mark

    public init(_ content: Content, mark: Mark) {
        self.content = content
        self.mark = mark
    }

    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar that is not null.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    public var sequence: [YAMLNode]? {
        guard case .sequence(let nodes) = content else { return nil }
        return nodes
    }

    public var mapping: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value under a key of a mapping; the last, where the key is written twice.
    public subscript(key: String) -> YAMLNode? {
        mapping?.last { $0.key.text == key }?.value
    }

    /// What a message calls a value that is not what was expected.
    public var summary: String {
        switch content {
        case .scalar(let text, let isPlain):
            if isPlain, isNull { return "nothing" }
            return "\"\(text.count > 60 ? text.prefix(57) + "..." : text[...])\""
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        }
    }
}

/// One key of a mapping with its value.
public struct YAMLEntry: Sendable {
    public var key: YAMLNode
    public var value: YAMLNode

    public init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}

/// Why a text is no YAML, or more YAML than is read.
public struct YAMLError: Error, Equatable {
    public var mark: Mark
    public var message: String

    public init(mark: Mark, message: String) {
        self.mark = mark
        self.message = message
    }
}

/// How much YAML is read: enough for every configuration file, not enough to hurt.
public struct YAMLLimits: Sendable {
    public var bytes = 8 << 20
    public var depth = 64
    /// Aliases count as often as they are used, so a few lines cannot stand for a billion nodes.
    public var nodes = 200_000

    public init() {}
}
