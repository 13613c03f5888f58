import Bytes

/// What stands in front of the JSON on a line: times, hosts, streams, the CRI's tags.
///
/// Pure reading of a few words; decides nothing about the JSON behind them.
struct LinePrefix {
    var server: String?
    /// The line is the server's own log, not audit.
    var isKlog = false
    /// The line comes from a stream that a control plane's platform keeps for something else.
    var isOtherStream = false

    init() {}

    init(_ prefix: ByteRun) {
        let words = LinePrefix.words(prefix)
        isKlog = words.contains(where: LinePrefix.isKlogHeader)
        isOtherStream = words.contains { StreamName.isOther($0) }
        if let stream = words.first(where: { StreamName.isAudit($0) }) {
            server = stream.text
        } else if let last = words.last, last.last == ASCII.colon,
            last.contains(".log") || last.contains("/")
        {
            // What grep puts in front of a line when it searches several files.
            server = ServerFromPath.server(path: last.run(0, last.count - 1).text)
        } else {
            server = LinePrefix.host(words)
        }
    }

    private static func words(_ prefix: ByteRun) -> [ByteRun] {
        var words: [ByteRun] = []
        var start = 0
        for index in 0...prefix.count where index == prefix.count || prefix[index] <= 0x20 {
            if index > start, words.count < 16 { words.append(prefix.run(start, index)) }
            start = index + 1
        }
        return words
    }

    /// `I1120 21:14:37.123456`: severity, month and day.
    static func isKlogHeader(_ word: ByteRun) -> Bool {
        guard word.count == 5 else { return false }
        switch word[0] {
        case UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"), UInt8(ascii: "F"):
            return word.run(from: 1).allSatisfy(ASCII.isDigit)
        default: return false
        }
    }

    /// The one word that can be a host, where times, tags and container names leave just one.
    private static func host(_ words: [ByteRun]) -> String? {
        var hosts: [ByteRun] = []
        for word in words where !isTime(word) && !isTag(word) {
            if let pod = podOfKubectlPrefix(word) { return pod }
            hosts.append(word)
        }
        guard hosts.count == 1, let host = hosts.first, isHostName(host) else { return nil }
        return host.text
    }

    private static func isTime(_ word: ByteRun) -> Bool {
        if word.count == 3, ASCII.isLetter(word[0]) {
            return word.equals("UTC") || "JanFebMarAprMayJunJulAugSepOctNovDec".contains(word.text)
        }
        return word.allSatisfy { byte in
            ASCII.isDigit(byte) || byte == ASCII.dash || byte == ASCII.colon || byte == ASCII.dot
                || byte == ASCII.slash || byte == ASCII.comma || byte == UInt8(ascii: "T")
                || byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "+")
                || byte == ASCII.openBracket || byte == ASCII.closeBracket
        }
    }

    /// Words that name a program, a level or an output rather than a host.
    private static func isTag(_ word: ByteRun) -> Bool {
        if word.last == ASCII.colon || word.index(of: ASCII.openBracket) ?? 0 > 0 { return true }
        return word.equals("stdout") || word.equals("stderr") || word.equals("F")
            || word.equals("P") || word.equals("kube-apiserver") || word.equals("INFO")
            || word.equals("info") || word.equals("audit") || word.equals("AUDIT")
            || word.equals("|")
    }

    /// `[pod/NAME/CONTAINER]`, as `kubectl logs --prefix` writes it.
    private static func podOfKubectlPrefix(_ word: ByteRun) -> String? {
        guard word.hasPrefix("[pod/"), let end = word.index(of: ASCII.slash, from: 5), end > 5
        else { return nil }
        return word.run(5, end).text
    }

    static func isHostName(_ word: ByteRun) -> Bool {
        guard let first = word.first, ASCII.isLetter(first) || ASCII.isDigit(first),
            word.count <= 253
        else { return false }
        return word.contains(where: ASCII.isLetter)
            && word.allSatisfy {
                ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == ASCII.dot || $0 == ASCII.dash
                    || $0 == ASCII.underscore
            }
    }
}

/// Names of log streams of managed control planes.
enum StreamName {
    static func isAudit(_ name: ByteRun) -> Bool {
        name.hasPrefix("kube-apiserver-audit-") && name.count > 21
    }

    /// A stream that holds a component's own log: nothing in it is lost when it is passed over.
    static func isOther(_ name: ByteRun) -> Bool {
        if isAudit(name) { return false }
        return name.hasPrefix("authenticator-") || name.hasPrefix("kube-controller-manager-")
            || name.hasPrefix("cloud-controller-manager-") || name.hasPrefix("kube-scheduler-")
            || name.hasPrefix("kube-apiserver-")
    }
}

/// A line as the container runtime writes it.
///
///     2026-11-20T21:14:37.123456789Z stdout F {"kind":…
///     time                           stream tags content
///
/// `F` is a whole line or the end of one, `P` a part that the next line of the stream goes on with.
struct ContainerLine {
    var stream: ByteRun
    var isPartial: Bool
    var contentStart: Int

    /// Longer than any time, stream and tags together.
    static let maximumHeader = 80

    init?(_ line: ByteRun) {
        guard let first = line.first, ASCII.isDigit(first),
            let timeEnd = line.run(0, 40).index(of: ASCII.space), timeEnd >= 20,
            line[4] == ASCII.dash, line[10] == UInt8(ascii: "T"),
            let streamEnd = line.run(0, 60).index(of: ASCII.space, from: timeEnd + 1)
        else { return nil }
        stream = line.run(timeEnd + 1, streamEnd)
        guard stream.equals("stdout") || stream.equals("stderr"), streamEnd + 1 < line.count,
            line[streamEnd + 1] == UInt8(ascii: "P") || line[streamEnd + 1] == UInt8(ascii: "F")
        else { return nil }
        isPartial = line[streamEnd + 1] == UInt8(ascii: "P")
        // Further tags may follow behind colons; the content may be empty.
        var end = streamEnd + 2
        while end < line.count, line[end] == ASCII.colon {
            end += 1
            while end < line.count, ASCII.isLetter(line[end]) { end += 1 }
        }
        guard end == line.count || line[end] == ASCII.space else { return nil }
        contentStart = min(end + 1, line.count)
        guard line.run(0, contentStart).index(of: ASCII.newline) == nil else { return nil }
    }
}
