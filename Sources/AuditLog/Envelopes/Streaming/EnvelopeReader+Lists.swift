import Bytes

/// Lists that are read element by element because they are too big to be held.
extension EnvelopeReader {
    /// The next element of an array that was entered, or the array's end.
    mutating func element(
        _ bytes: ByteRun, _ frame: Frame, isLast: Bool, _ sink: Sink
    ) -> Int? {
        switch bytes[0] {
        case ASCII.newline:
            line += 1
            return 1
        case ASCII.space, ASCII.tab, ASCII.carriageReturn, ASCII.comma: return 1
        case ASCII.closeBracket:
            frames.removeLast()
            return 1
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote:
            begin(frame.wrapping)
            return 0
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            ASCII.dash, ASCII.dot, UInt8(ascii: "+"), UInt8(ascii: "E"):
            return 1
        default: return leaveLists(sink)
        }
    }

    /// The rest of an object, behind an array of it that was read element by element.
    mutating func member(
        _ bytes: ByteRun, _ frame: Frame, isLast: Bool, _ sink: Sink
    ) -> Int? {
        switch bytes[0] {
        case ASCII.newline:
            line += 1
            return 1
        case ASCII.space, ASCII.tab, ASCII.carriageReturn, ASCII.comma: return 1
        case ASCII.closeBrace:
            frames.removeLast()
            return 1
        case ASCII.quote: break
        default: return leaveLists(sink)
        }
        guard let colon = EnvelopeReader.memberValue(bytes) else {
            let isTooLong = bytes.count > EnvelopeReader.maximumPrefix
            return isLast || isTooLong ? leaveLists(sink) : nil
        }
        line += Int64(bytes.newlines(0, colon.start))
        switch bytes[colon.start] {
        case ASCII.openBracket where colon.key.holdsRecords:
            frames.append(Frame(isArray: true, wrapping: frame.wrapping))
            return colon.start + 1
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote:
            begin(frame.wrapping)
            mode = .passingOver
            return colon.start
        default:
            var end = colon.start
            while end < bytes.count, !ASCII.isSpace(bytes[end]), bytes[end] != ASCII.comma,
                bytes[end] != ASCII.closeBrace
            {
                end += 1
            }
            if end == bytes.count, !isLast, end < EnvelopeReader.maximumPrefix {
                line -= Int64(bytes.newlines(0, colon.start))
                return nil
            }
            return end == colon.start ? leaveLists(sink) : end
        }
    }

    /// The key that the bytes begin with, and where its value starts.
    private static func memberValue(_ bytes: ByteRun) -> (key: Key, start: Int)? {
        var index = 1
        while index < bytes.count, bytes[index] != ASCII.quote {
            index += bytes[index] == ASCII.backslash ? 2 : 1
        }
        let key = bytes.run(1, index)
        index += 1
        while index < bytes.count, ASCII.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count, bytes[index] == ASCII.colon else { return nil }
        index += 1
        while index < bytes.count, ASCII.isSpace(bytes[index]) { index += 1 }
        return index < bytes.count ? (Key(key), index) : nil
    }

    /// Something stands in a list that cannot: the lists are given up, the line is read afresh.
    private mutating func leaveLists(_ sink: Sink) -> Int {
        unwrapper.reject(
            "a list is broken off: something else follows", Wrapping(position: line), sink)
        frames = []
        mode = .restOfLine
        isInNULs = true
        return 0
    }

    /// Enters the list that does not end within the bytes; returns how many of them are in front.
    mutating func enterList(_ bytes: ByteRun, _ sink: Sink) -> Int? {
        var wrapping = recordWrapping
        guard let path = EnvelopeReader.openList(bytes, &wrapping, depth: 0) else { return nil }
        scan = nil
        for isArray in path.frames { frames.append(Frame(isArray: isArray, wrapping: wrapping)) }
        // Events in front of the list, in members that are complete, are not lost.
        readFront(bytes.run(0, path.length), path.frames, sink)
        line += Int64(bytes.newlines(0, path.length))
        return path.length
    }

    /// The way to the list that the bytes end in: what is open around it, and where it begins.
    private static func openList(
        _ bytes: ByteRun, _ wrapping: inout Wrapping, depth: Int
    ) -> (frames: [Bool], length: Int)? {
        if bytes.first == ASCII.openBracket { return ([true], 1) }
        guard depth < 8, bytes.first == ASCII.openBrace, let base = bytes.baseAddress else {
            return nil
        }
        var scan = ValueScan()
        guard case .open = scan.scan(base, count: bytes.count), let last = scan.members.last,
            last.end < 0
        else { return nil }
        let key = Key(bytes.run(Int(last.keyStart), Int(last.keyEnd)))
        let inner = bytes.run(from: Int(last.start))
        let isList = inner.first == ASCII.openBracket && key.holdsRecords
        let holdsList =
            inner.first == ASCII.openBrace && (key == .hits || key == .data || key == .resultBag)
        guard isList || holdsList || (inner.first == ASCII.openBracket && key == .result) else {
            return nil
        }
        let fields = Unwrapper.fields(bytes, Array(scan.members.dropLast()))
        wrapping.learn(fields)
        if let version = Unwrapper.version(fields) { wrapping.listVersion = version }
        guard let rest = openList(inner, &wrapping, depth: depth + 1) else { return nil }
        return ([false] + rest.frames, Int(last.start) + rest.length)
    }

    /// Reads the complete members in front of a list as if the list were empty.
    private mutating func readFront(_ bytes: ByteRun, _ path: [Bool], _ sink: Sink) {
        guard path.count > 1 else { return }
        var closed = Array(bytes)
        for isArray in path.reversed() {
            closed.append(isArray ? ASCII.closeBracket : ASCII.closeBrace)
        }
        let length = closed.count
        closed.append(contentsOf: repeatElement(0, count: Unwrapper.padding))
        let wrapping = recordWrapping
        closed.withUnsafeBufferPointer {
            unwrapper.value($0.run(0, length), wrapping, sink)
        }
    }
}
