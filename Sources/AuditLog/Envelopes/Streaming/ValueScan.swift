import Bytes

/// Finds the end of one JSON value, and on the way the members of an object, in one pass.
///
/// Resumable: when the bytes end inside the value, `scan` is called again later with the same start
/// and more bytes, and goes on where it stopped. It checks as much grammar as it takes to notice
/// that a record was cut off and another began: strings hold no line end, brackets match, values
/// stand where values may. What is inside strings, numbers and literals is left to the parser.
struct ValueScan {
    enum Fault {
        /// A line end or a NUL inside the value: the writer was cut off.
        case cut
        /// Another object begins where none can: a cut record, and the next one behind it.
        case collision
        case notJSON
        case tooDeep
    }

    enum Outcome {
        /// The bytes ended first.
        case open
        /// The value ends before `offset`.
        case closed
        /// The byte at `offset` cannot be part of the value.
        case broken(Fault)
    }

    /// A member of the outermost object: key without quotes, value as it stands.
    struct Member {
        var keyStart: Int32
        var keyEnd: Int32
        var start: Int32
        /// -1 while the value is not at its end.
        var end: Int32
    }

    /// Deeper than any object that Kubernetes accepts.
    static let maximumDepth = 1000
    /// An object with more members is no envelope; those beyond are passed over.
    static let maximumMembers = 1024

    private(set) var offset = 0
    private(set) var newlines = 0
    /// Where the first line of the value ends; -1 where it has one line.
    private(set) var firstLineEnd = -1
    private(set) var members: [Member]

    private enum Expects: UInt8 { case value, key, colon, separator, scalar }
    private var expects = Expects.value
    private var inString = false
    private var depth = 0
    private var lineStart = -1
    private var keyStart = 0
    private var keyEnd = 0
    // One bit for each open bracket, set for `{`.
    private var brackets = InlineArray<16, UInt64>(repeating: 0)

    /// `members` is reused storage; what it holds is dropped.
    init(reusing members: [Member] = []) {
        self.members = members
        self.members.removeAll(keepingCapacity: true)
    }

    /// Goes on with a value that starts at `bytes`; the window ends before `count`.
    mutating func scan(_ bytes: UnsafePointer<UInt8>, count: Int) -> Outcome {
        var index = offset
        defer { offset = index }
        while index < count {
            if inString {
                switch skipString(bytes, &index, count) {
                case .open: return .open
                case .broken(let fault): return .broken(fault)
                case .closed:
                    endString(at: index)
                    if depth == 0 { return .closed }
                    continue
                }
            }
            let byte = bytes[index]
            switch byte {
            case ASCII.quote:
                guard beginString(at: index) else { return .broken(.notJSON) }
            case ASCII.colon:
                guard expects == .colon else { return .broken(.notJSON) }
                expects = .value
            case ASCII.comma:
                guard depth > 0, expects == .separator || expects == .scalar else {
                    return .broken(.notJSON)
                }
                endScalar(bytes, at: index)
                expects = isInObject ? .key : .value
            case ASCII.openBrace, ASCII.openBracket:
                if let fault = open(byte, at: index) { return .broken(fault) }
            case ASCII.closeBrace, ASCII.closeBracket:
                guard close(byte, bytes, at: index) else { return .broken(.notJSON) }
                if depth == 0 {
                    index += 1
                    return .closed
                }
            case ASCII.newline:
                newlines += 1
                if firstLineEnd < 0 { firstLineEnd = index }
                lineStart = index + 1
            case ASCII.space, ASCII.tab, ASCII.carriageReturn: break
            case 0: return .broken(.cut)
            default:
                guard scalar(byte, at: index) else { return .broken(.notJSON) }
            }
            index += 1
        }
        return .open
    }

    /// Forgets what was scanned so far, but not the state: for values that are passed over.
    ///
    /// Returns how many lines ended in what is forgotten.
    mutating func forget() -> Int {
        let lines = newlines
        lineStart -= offset
        offset = 0
        newlines = 0
        firstLineEnd = -1
        members.removeAll(keepingCapacity: true)
        return lines
    }

    // MARK: - Strings

    private func skipString(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int
    ) -> Outcome {
        while true {
            index = JSONText.nextSpecial(bytes, index, count)
            if index >= count { return .open }
            switch bytes[index] {
            case ASCII.quote:
                index += 1
                return .closed
            case ASCII.backslash:
                if index + 1 == count { return .open }
                if bytes[index + 1] == ASCII.newline || bytes[index + 1] == 0 {
                    index += 1
                    return .broken(.cut)
                }
                index += 2
            case ASCII.newline, 0: return .broken(.cut)
            default: index += 1
            }
        }
    }

    private mutating func beginString(at index: Int) -> Bool {
        if expects == .key {
            keyStart = index + 1
        } else if expects == .value {
            beginValue(at: index)
        } else {
            return false
        }
        inString = true
        return true
    }

    private mutating func endString(at end: Int) {
        inString = false
        if expects == .key {
            keyEnd = end - 1
            expects = .colon
        } else {
            expects = .separator
            endValue(at: end)
        }
    }

    // MARK: - Brackets

    private mutating func open(_ byte: UInt8, at index: Int) -> Fault? {
        guard expects == .value else { return byte == ASCII.openBrace ? .collision : .notJSON }
        // A line that begins with `{` deep inside a record is the next record of a JSON Lines file.
        if byte == ASCII.openBrace, index == lineStart, depth >= 4 { return .collision }
        guard depth < ValueScan.maximumDepth else { return .tooDeep }
        beginValue(at: index)
        let bit = UInt64(1) << UInt64(depth & 63)
        if byte == ASCII.openBrace {
            brackets[depth >> 6] |= bit
            expects = .key
        } else {
            brackets[depth >> 6] &= ~bit
        }
        depth += 1
        return nil
    }

    private var isInObject: Bool {
        depth > 0 && brackets[(depth - 1) >> 6] & (1 << UInt64((depth - 1) & 63)) != 0
    }

    private mutating func close(
        _ byte: UInt8, _ bytes: UnsafePointer<UInt8>, at index: Int
    ) -> Bool {
        guard depth > 0, isInObject == (byte == ASCII.closeBrace), expects != .colon,
            !(expects == .value && isInObject)
        else { return false }
        endScalar(bytes, at: index)
        depth -= 1
        expects = .separator
        endValue(at: index + 1)
        return true
    }

    // MARK: - Values and members

    private mutating func scalar(_ byte: UInt8, at index: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            ASCII.dash, ASCII.dot, UInt8(ascii: "+"), UInt8(ascii: "E"):
            if expects == .value {
                beginValue(at: index)
                expects = .scalar
            }
            return expects == .scalar && depth > 0
        default: return false
        }
    }

    private mutating func beginValue(at index: Int) {
        guard depth == 1, isInObject, members.count < ValueScan.maximumMembers else { return }
        members.append(
            Member(
                keyStart: Int32(truncatingIfNeeded: keyStart),
                keyEnd: Int32(truncatingIfNeeded: keyEnd),
                start: Int32(truncatingIfNeeded: index), end: -1))
    }

    private mutating func endValue(at end: Int) {
        guard depth == 1, let last = members.indices.last, members[last].end < 0 else { return }
        members[last].end = Int32(truncatingIfNeeded: end)
    }

    private mutating func endScalar(_ bytes: UnsafePointer<UInt8>, at index: Int) {
        guard depth == 1, expects == .scalar else { return }
        var end = index
        while end > 0, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
        endValue(at: end)
    }
}
