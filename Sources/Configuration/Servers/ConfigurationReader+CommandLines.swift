import ControlPlane
import KubeAPI

// Command lines: unit files, lines of `ps`, /proc/PID/cmdline, environment files.
extension ConfigurationReader {
    mutating func readCommandLines(_ text: String) {
        if text.utf8.contains(0) { return readArgumentVector(text) }
        let lines = logicalLines(text)
        for (line, text) in lines { readCommandLine(text, line: line) }
        guard servers.isEmpty else { return nameServers() }
        readBareFlags(lines)
    }

    /// Lines with those that follow a backslash joined on, each with the number of its first.
    private func logicalLines(_ text: String) -> [(line: Int, text: String)] {
        var logical: [(line: Int, text: String)] = []
        var isContinued = false
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let trimmed = line.drop(while: \.isWhitespace)
            if !isContinued, trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            let continues = line.hasSuffix("\\")
            let body = continues ? line.dropLast() : line
            if isContinued {
                logical[logical.count - 1].text += " " + body
            } else {
                logical.append((index + 1, String(body)))
            }
            isContinued = continues
        }
        return logical
    }

    private mutating func readCommandLine(_ text: String, line: Int) {
        var command = text
        let isUnit = text.hasPrefix("ExecStart=")
        // A unit's command may begin with marks such as - and !.
        if isUnit { command = String(text.dropFirst(10).drop { "-@:+!".contains($0) }) }
        let words = CommandWords.words(command)
        guard let program = words.firstIndex(where: Self.isAPIServer) else { return }
        let rest = words[(program + 1)...]
        // `grep kube-apiserver` and a defunct process are in the list too.
        guard isUnit || rest.contains(where: CommandWords.isFlag) else { return }
        let mark = Mark(line: line, column: 1)
        var server = ConfiguredServer(
            name: "", kind: .complete, release: nil, file: file, mark: mark)
        append(rest.filter { !isVariable($0, at: mark) }.map { ($0, mark) }, to: &server)
        servers.append(server)
    }

    private mutating func isVariable(_ word: String, at mark: Mark) -> Bool {
        guard word.hasPrefix("$") else { return false }
        fields.report(
            .warning, at: mark, "",
            "\(word) is not expanded: give the file that sets it, or the running command line")
        return true
    }

    /// `/proc/PID/cmdline`: words that end with a zero byte.
    private mutating func readArgumentVector(_ text: String) {
        let words = text.split(separator: "\0").map(String.init)
        guard let program = words.firstIndex(where: Self.isAPIServer) else { return }
        let mark = Mark(line: 1, column: 1)
        var server = ConfiguredServer(
            name: nameOfFile, kind: .complete, release: nil, file: file, mark: mark)
        append(words[(program + 1)...].map { ($0, mark) }, to: &server)
        servers.append(server)
    }

    /// A file that holds nothing but flags, perhaps as the value of a variable.
    private mutating func readBareFlags(_ lines: [(line: Int, text: String)]) {
        var words: [(text: String, mark: Mark)] = []
        for (line, text) in lines {
            guard let start = text.firstRange(of: "--")?.lowerBound else { continue }
            let before = text[..<start].drop(while: \.isWhitespace)
            guard before.isEmpty || before.contains("=") else { continue }
            let isQuoted = before.last == "\"" || before.last == "'"
            var body = text[start...]
            while body.last?.isWhitespace ?? false { body.removeLast() }
            if isQuoted, body.last == before.last { body.removeLast() }
            words += CommandWords.words(String(body)).map { ($0, Mark(line: line, column: 1)) }
        }
        guard let first = words.first else { return }
        var server = ConfiguredServer(
            name: nameOfFile, kind: .complete, release: nil, file: file, mark: first.mark)
        append(words, to: &server)
        servers.append(server)
    }

    /// One server goes by the name of its file, several by the addresses that they advertise.
    mutating func nameServers() {
        for index in servers.indices {
            let flags = ServerFlags(servers[index].flags)
            let address = flags["advertise-address"] ?? flags["bind-address"]
            servers[index].name =
                servers.count == 1
                ? nameOfFile : address ?? "line \(servers[index].mark.line)"
        }
    }
}
