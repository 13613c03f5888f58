import Bytes
import CSimdjson
public import KubeAPI

/// Reads one source of audit records, in whatever envelope, into requests and objects.
///
/// The shell feeds it chunks; it owns no file. `server` is the server that wrote the source, as the
/// user says, or 0; then the envelope tells, and where it does not, `pathServer`, which the file's
/// path names. What it cannot read becomes a `Reject`.
///
/// The first bytes decide: lines that are events themselves are read straight from the chunk, many
/// with one index of tokens (`LineReader`); everything else goes through `EnvelopeReader`.
public struct AuditReader {
    public let source: UInt32
    public let server: UInt32
    private let pathServer: UInt32

    private enum Shape { case undecided, lines, envelope }
    private var shape = Shape.undecided
    private var isAtStart = true
    private var cutter = LineCutter()
    private var lines: LineReader
    private var envelopes = EnvelopeReader()

    public init(
        source: UInt32, server: UInt32, pathServer: UInt32 = 0, bodies: BodyPolicy = .graph
    ) {
        self.source = source
        self.server = server
        self.pathServer = pathServer
        lines = LineReader(bodies: bodies)
    }

    /// Whose lines they are: those that are events have no envelope that could tell.
    private var lineServer: UInt32 { server != 0 ? server : pathServer }

    /// Records that were understood and are no audit events, so no rejects either.
    ///
    /// Other streams of a control plane's log group, control messages, other services' entries.
    public var notAudit: Int { envelopes.notAudit }

    /// What became of bodies, where the reader was asked for them.
    public var bodyCounts: BodyCounts { lines.parser.bodyCounts }

    /// The number of bytes behind every chunk that must be readable, whatever they hold.
    public static let padding = 64

    /// Reads the whole records of a chunk and returns how many bytes it consumed.
    ///
    /// The rest must come again, in front of more bytes; with `isLast` everything is consumed.
    public mutating func read(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, names: inout Names,
        into traffic: inout Traffic
    ) -> Int {
        switch step(chunk, isLast: isLast, names: &names, into: &traffic) {
        case .consumed(let count): return count
        case .lines(let whole):
            lines.read(
                whole, of: chunk, source: source, server: lineServer, names: &names,
                into: &traffic)
            return whole.consumed
        }
    }

    /// What became of a chunk.
    public enum Step: Sendable {
        /// So many bytes of it were read; the rest must come again.
        case consumed(Int)
        /// It holds these lines, which any `LineReader` can read.
        case lines(WholeLines)
    }

    /// Reads a chunk as `read` does, but where the source is one of lines: then it gives them away.
    public mutating func step(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, names: inout Names,
        into traffic: inout Traffic
    ) -> Step {
        let text = chunk.run
        var start = 0
        if isAtStart {
            guard text.count >= 3 || isLast else { return .consumed(0) }
            isAtStart = false
            if text.hasPrefix("\u{FEFF}") { start = 3 }
        }
        let rest = text.run(start..<text.count)
        if shape == .undecided {
            guard let decided = decide(rest, isLast) else { return .consumed(start) }
            shape = decided
        }
        guard shape == .lines else {
            return .consumed(start + readEnvelope(rest, isLast, &names, &traffic))
        }
        return .lines(cutter.cut(rest, isLast: isLast).behind(start))
    }

    // MARK: Envelopes

    private mutating func readEnvelope(
        _ text: ByteRun, _ isLast: Bool, _ names: inout Names, _ traffic: inout Traffic
    ) -> Int {
        // A copy of a few pointers, so that the reader and the parser are not one access.
        var parser = lines.parser
        defer { lines.parser = parser }
        return envelopes.read(UnsafeRawBufferPointer(text), isLast: isLast) { json, hint in
            let named = server != 0 || hint.server != nil ? server : pathServer
            let result = parser.parse(
                json, hint: hint, source: source, server: named, names: &names, into: &traffic)
            guard let reason = result.reason else { return }
            traffic.rejects.append(
                Reject(source: source, position: hint.position, reason: reason))
        } reject: { position, reason in
            traffic.rejects.append(Reject(source: source, position: position, reason: reason))
        }
    }

    // MARK: The first bytes

    /// How far to look for a line that is an event, and how long the first line may be.
    private static let window = 1 << 16
    private static let longestFirstLine = 1 << 22

    /// Says what the source is, or nil where more bytes must tell.
    ///
    /// Depends on the first bytes alone, however they are cut into chunks.
    private mutating func decide(_ text: ByteRun, _ isLast: Bool) -> Shape? {
        var start = 0
        while start < text.count, ASCII.isSpace(text[start]) || text[start] == 0 { start += 1 }
        guard start < text.count else {
            return isLast || start >= AuditReader.window ? .lines : nil
        }
        if text[start] == ASCII.openBracket { return .envelope }
        let isObject = text[start] == ASCII.openBrace
        let reach = isObject ? AuditReader.longestFirstLine : AuditReader.window
        var isFirst = true
        while start < text.count {
            let end = start + text.run(start..<text.count).findFar(ASCII.newline)
            let bound = isFirst ? reach : AuditReader.window
            if end >= bound { return .envelope }
            if end == text.count, !isLast { return nil }
            let line = text.run(start..<end).trimmed
            if lines.parser.isEvent(line) { return .lines }
            // Pretty-printed JSON and lists with one element a line open their brackets first.
            if isFirst, isObject, line.opensBrackets { return .envelope }
            isFirst = false
            start = end + 1
        }
        return isLast || text.count >= AuditReader.window ? .envelope : nil
    }
}

extension EventParser.Result {
    /// Why there is no event; nil where there is one.
    var reason: String? {
        switch self {
        case .event: nil
        case .notAnEvent: "no audit event"
        case .malformed(let reason): reason
        }
    }
}

extension ByteRun {
    /// Whether the line goes on below.
    fileprivate var opensBrackets: Bool {
        guard let last else { return false }
        return last == ASCII.openBrace || last == ASCII.openBracket || last == ASCII.comma
    }
}
