import CYAML

/// Reads the documents of a YAML text through libyaml.
///
/// The one place that touches the C library; everybody else sees `YAMLNode`. It never traps on
/// input: depth, size and the growth of aliases are bounded, the rest is an error with its place.
public enum YAML {
    public static func documents(
        _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> [YAMLNode] {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                mark: Mark(line: 1, column: 1),
                message: "\(bytes.count) bytes are too many for a configuration file;"
                    + " up to \(limits.bytes) are read")
        }
        let parser = YAMLParser(bytes, limits: limits)
        var documents: [YAMLNode] = []
        while let document = try parser.nextDocument() { documents.append(document) }
        return documents
    }
}

/// One pass over one text.
///
/// A class because libyaml keeps a pointer to its own parser.
private final class YAMLParser {
    private let limits: YAMLLimits
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let isReady: Bool
    private var nodeCount = 0
    /// What an anchor of this document stands for, and how many nodes that is.
    private var anchors: [String: (node: YAMLNode, size: Int)] = [:]

    init(_ bytes: [UInt8], limits: YAMLLimits) {
        self.limits = limits
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.update(fromContentsOf: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        isReady = yaml_parser_initialize(parser) == 1
        if isReady { yaml_parser_set_input_string(parser, input.baseAddress, bytes.count) }
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deallocate()
        input.deallocate()
    }

    func nextDocument() throws(YAMLError) -> YAMLNode? {
        guard isReady else {
            throw YAMLError(mark: Mark(line: 1, column: 1), message: "out of memory")
        }
        while true {
            switch try next() {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return nil
            case .documentStart:
                anchors = [:]
                return try node(from: try next(), depth: 1)
            default: throw failure("expected a document", at: parser.pointee.mark)
            }
        }
    }

    // MARK: Nodes

    private func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        let sizeBefore = nodeCount
        let node: YAMLNode
        switch event {
        case .alias(let name, let mark): return try resolve(name, at: mark)
        case .scalar(let text, let isPlain, _, let mark):
            try count(1, at: mark)
            node = YAMLNode(.scalar(text, isPlain: isPlain), mark: mark)
        case .sequenceStart(_, let mark): node = try sequence(at: mark, depth: depth)
        case .mappingStart(_, let mark): node = try mapping(at: mark, depth: depth)
        default: throw failure("expected a value", at: parser.pointee.mark)
        }
        if let anchor = event.anchor { anchors[anchor] = (node, nodeCount - sizeBefore) }
        return node
    }

    private func sequence(at mark: Mark, depth: Int) throws(YAMLError) -> YAMLNode {
        try enter(depth, at: mark)
        var nodes: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event { return YAMLNode(.sequence(nodes), mark: mark) }
            nodes.append(try node(from: event, depth: depth + 1))
        }
    }

    private func mapping(at mark: Mark, depth: Int) throws(YAMLError) -> YAMLNode {
        try enter(depth, at: mark)
        var entries: [YAMLEntry] = []
        while true {
            let event = try next()
            if case .mappingEnd = event { return YAMLNode(.mapping(entries), mark: mark) }
            let key = try node(from: event, depth: depth + 1)
            let value = try node(from: try next(), depth: depth + 1)
            entries.append(YAMLEntry(key: key, value: value))
        }
    }

    private func enter(_ depth: Int, at mark: Mark) throws(YAMLError) {
        try count(1, at: mark)
        guard depth <= limits.depth else {
            throw YAMLError(
                mark: mark, message: "nested deeper than \(limits.depth) levels")
        }
    }

    private func resolve(_ name: String, at mark: Mark) throws(YAMLError) -> YAMLNode {
        // An anchor is known once its node is complete, so no node can contain itself.
        guard let (node, size) = anchors[name] else {
            throw YAMLError(mark: mark, message: "unknown anchor \"\(name)\"")
        }
        try count(size, at: mark)
        return node
    }

    private func count(_ nodes: Int, at mark: Mark) throws(YAMLError) {
        nodeCount += nodes
        guard nodeCount <= limits.nodes else {
            throw YAMLError(
                mark: mark,
                message: "more than \(limits.nodes) values, aliases counted as often as used")
        }
    }

    // MARK: Events

    private enum Event {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case alias(String, Mark)
        case scalar(String, isPlain: Bool, anchor: String?, Mark)
        case sequenceStart(anchor: String?, Mark)
        case mappingStart(anchor: String?, Mark)

        var anchor: String? {
            switch self {
            case .scalar(_, _, let anchor, _), .sequenceStart(let anchor, _),
                .mappingStart(let anchor, _):
                anchor
            default: nil
            }
        }
    }

    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw parserFailure() }
        defer { yaml_event_delete(&event) }
        let mark = Mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "", mark)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: text, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: string(scalar.anchor), mark)
        case YAML_SEQUENCE_START_EVENT:
            return .sequenceStart(anchor: string(event.data.sequence_start.anchor), mark)
        case YAML_MAPPING_START_EVENT:
            return .mappingStart(anchor: string(event.data.mapping_start.anchor), mark)
        default: throw failure("expected a value", at: event.start_mark)
        }
    }

    private func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func failure(_ message: String, at mark: yaml_mark_t) -> YAMLError {
        YAMLError(mark: Mark(mark), message: message)
    }

    private func parserFailure() -> YAMLError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "unreadable"
        if state.error == YAML_READER_ERROR {
            return YAMLError(
                mark: Mark(state.mark), message: "\(problem) at byte \(state.problem_offset)")
        }
        let context = state.context.map { String(cString: $0) + ": " } ?? ""
        return YAMLError(mark: Mark(state.problem_mark), message: context + problem)
    }
}

extension Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
