/// A Swift file taken apart into code, remarks and the texts of literals.
struct SwiftSource {
    struct Word {
        var text: String
        var line: Int
    }

    let path: String
    /// The lines without remarks and texts, which are blank, so that every place stays the same.
    let code: [Substring]
    let comments: [Word]
    let literals: String

    init(path: String, text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.scan()
        self.path = path
        comments = scanner.comments
        literals = String(decoding: scanner.literals, as: UTF8.self)
        code = String(decoding: scanner.code, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The module or test target that it belongs to.
    var module: String { String(path.split(separator: "/")[1]) }

    /// Every identifier and keyword of the code, in order.
    var words: [Word] {
        code.enumerated().flatMap { index, line in
            SwiftSource.identifiers(line).map { Word(text: $0, line: index + 1) }
        }
    }

    /// The identifiers in a text.
    static func identifiers(_ text: some StringProtocol) -> [String] {
        text.utf8.split { !isIdentifier($0) }.compactMap { word in
            guard let first = word.first, first < UInt8(ascii: "0") || first > UInt8(ascii: "9")
            else { return nil }
            return String(decoding: word, as: UTF8.self)
        }
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Walks a file once; knows remarks, literals of every form, and code inside literals.
private struct Scanner {
    let bytes: [UInt8]
    var code: [UInt8]
    var comments: [SwiftSource.Word] = []
    var literals: [UInt8] = []
    private var place = 0
    private var line = 1

    init(bytes: [UInt8]) {
        self.bytes = bytes
        code = bytes
    }

    mutating func scan() { readCode(inside: false) }

    private func has(_ text: StaticString, at offset: Int) -> Bool {
        let end = offset + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[offset..<end]) }
    }

    /// Goes on one byte, which is left out of the code.
    private mutating func blank() {
        if bytes[place] == UInt8(ascii: "\n") { line += 1 } else { code[place] = 32 }
        place += 1
    }

    /// Reads code to the end, or to the bracket that ends an interpolation.
    private mutating func readCode(inside: Bool) {
        var depth = 1
        while place < bytes.count {
            let byte = bytes[place]
            if has("//", at: place) {
                readComment()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#"), let hashes = opening
            {
                readLiteral(hashes)
            } else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                place += 1
                if inside, depth == 0 { return }
            }
        }
    }

    private mutating func readComment() {
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { blank() }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        comments.append(SwiftSource.Word(text: text, line: line))
    }

    /// How many hashes stand before the quotes of a literal that begins here.
    private var opening: Int? {
        let end = bytes[place...].firstIndex { $0 != UInt8(ascii: "#") } ?? bytes.count
        return has("\"", at: end) ? end - place : nil
    }

    private mutating func readLiteral(_ hashes: Int) {
        place += hashes
        let isLong = has("\"\"\"", at: place)
        let quotes = isLong ? 3 : 1
        place += quotes
        literals.append(32)
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\\"), hasHashes(hashes, at: place + 1) {
                for _ in 0...hashes { blank() }
                if place < bytes.count, bytes[place] == UInt8(ascii: "(") {
                    place += 1
                    readCode(inside: true)
                } else if place < bytes.count {
                    blank()
                }
            } else if byte == UInt8(ascii: "\""), isLong ? has("\"\"\"", at: place) : true,
                hasHashes(hashes, at: place + quotes)
            {
                place += quotes + hashes
                return
            } else if byte == UInt8(ascii: "\n"), !isLong {
                // A quote in a literal of a regular expression.
                return
            } else {
                literals.append(byte)
                blank()
            }
        }
    }

    private func hasHashes(_ count: Int, at offset: Int) -> Bool {
        offset + count <= bytes.count
            && bytes[offset..<offset + count].allSatisfy { $0 == UInt8(ascii: "#") }
    }
}
