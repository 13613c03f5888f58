import KubeAPI

// What API servers say of themselves when they are asked: the outputs that guides tell people to
// look at, each read alone or together with others.
extension ConfigurationReader {
    /// Gates that decide on the proxy.
    static let judgedGates: Set<String> = [
        "UnknownVersionInteroperabilityProxy", "StorageVersionAPI", "APIServerIdentity",
    ]

    /// Reads a text that is such an answer; false where it is none.
    mutating func readAnswer(_ text: String) -> Bool {
        let start = text.drop(while: \.isWhitespace)
        if start.hasPrefix("kube-apiserver flags") || start.hasPrefix("kube-apiserver flagz") {
            readFlagz(text)
        } else if start.hasPrefix("kube-apiserver statusz") {
            readStatusz(text)
        } else if text.contains("kubernetes_feature_enabled{")
            || text.contains("kubernetes_build_info{")
        {
            readMetrics(text)
        } else if start.hasPrefix("["),
            start.prefix(while: { $0 != "]" }).contains("kube-apiserver")
        {
            readCommands(text)
        } else if let version = value("Server Version", in: text) {
            answer { $0.release = Release(version) }
        } else {
            return false
        }
        return true
    }

    /// A document without a kind of its own that an API server answers with; false for others.
    mutating func readAnswer(_ field: Field) -> Bool {
        let node = field.node
        switch node["kind"]?.text {
        case "Lease":
            readLease(field)
            return true
        case "Flagz":
            answerFlags(
                (node["flags"]?.mapping ?? []).map { ($0.key.text ?? "", $0.value.text ?? "") })
            return true
        case "Statusz":
            answer { $0.release = node["binaryVersion"]?.text.flatMap { Release($0) } }
            return true
        default: break
        }
        let version = node["serverVersion"]?["gitVersion"] ?? node["gitVersion"]
        guard let version = version?.text else { return false }
        answer { $0.release = Release(version) }
        return true
    }

    private mutating func answer(_ change: (inout ServerAnswer) -> Void) {
        var answer = ServerAnswer(file: file, mark: Mark(line: 1, column: 1))
        change(&answer)
        answers.append(answer)
    }

    /// What stands behind a name and one of the delimiters below.
    private func value(_ name: String, in text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(name) {
            return line.dropFirst(name.count).drop(while: Self.delimiters.contains).trimmed
        }
        return nil
    }

    /// A server draws one of these, or a colon and a blank, so that nobody comes to rely on it.
    private static let delimiters: Set<Character> = [":", "=", " "]

    // MARK: Flags, status, metrics

    /// `/flagz`: a heading and a warning, then a line for each flag.
    private mutating func readFlagz(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
        answerFlags(
            lines.dropFirst().map { line in
                let name = line.prefix {
                    $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-")
                }
                let rest = line.dropFirst(name.count)
                let isFlag = rest.first.map(Self.delimiters.contains) ?? false
                return (isFlag ? String(name) : "", rest.dropFirst().trimmed)
            })
    }

    /// Flags that nobody set are listed too, with nothing as their value.
    private mutating func answerFlags(_ settings: [(name: String, value: String)]) {
        let flags = settings.filter { !$0.name.isEmpty && !$0.value.isEmpty && $0.value != "[]" }
            .map { "--\($0.name)=\($0.value)" }
        answer { $0.flags = ConfigurationReader.withoutComponents(flags) }
    }

    /// Gates of one component are written `kube:Gate=true` or `:Gate=true` there.
    private static func withoutComponents(_ flags: [String]) -> [String] {
        flags.map { flag in
            guard flag.hasPrefix("--feature-gates=") else { return flag }
            let gates = flag.dropFirst(16).split(separator: ",").map { gate in
                gate.split(separator: ":").last.map(String.init) ?? ""
            }
            return "--feature-gates=\(gates.joined(separator: ","))"
        }
    }

    private mutating func readStatusz(_ text: String) {
        let version = value("Binary version", in: text)
        answer { $0.release = version.flatMap { Release($0) } }
    }

    /// `kubernetes_feature_enabled{name="…",stage="BETA"} 1`, alone or among other metrics.
    private mutating func readMetrics(_ text: String) {
        var gates: [String: Bool] = [:]
        var release: Release?
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("kubernetes_feature_enabled{"),
                let name = line.firstMatch(of: /name="([^"]*)"/)
            {
                gates[String(name.1)] = line.split(separator: " ").last.map { $0 == "1" }
            } else if line.hasPrefix("kubernetes_build_info{"),
                let version = line.firstMatch(of: /git_version="([^"]*)"/)
            {
                release = Release(String(version.1))
            }
        }
        answer {
            $0.gates = gates
            $0.release = release
        }
    }

    // MARK: Commands and leases

    /// What `-o jsonpath='{…containers[0].command}'` prints: lists of words, in JSON or, by older
    /// kubectl, as Go prints them.
    private mutating func readCommands(_ text: String) {
        for list in text.split(separator: "[") {
            let body = list.prefix { $0 != "]" }
            let isJSON = body.drop(while: \.isWhitespace).hasPrefix("\"")
            let words =
                isJSON
                ? body.matches(of: /"((?:[^"\\]|\\.)*)"/).map {
                    String($0.1).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
                }
                : CommandWords.words(String(body))
            guard let program = words.firstIndex(where: Self.isAPIServer) else { continue }
            let mark = Mark(line: 1, column: 1)
            var server = ConfiguredServer(
                name: "", kind: .complete, release: nil, file: file, mark: mark)
            append(words[(program + 1)...].map { ($0, mark) }, to: &server)
            servers.append(server)
        }
        nameServers()
    }

    /// An identity lease tells that a server is there, and its host; endpoint leases are in etcd
    /// alone (F3.7).
    private mutating func readLease(_ field: Field) {
        let labels = field.node["metadata"]?["labels"]
        guard labels?["apiserver.kubernetes.io/identity"]?.text == "kube-apiserver" else { return }
        let name = field.node["metadata"]?["name"]?.text ?? ""
        servers.append(
            ConfiguredServer(
                name: labels?["kubernetes.io/hostname"]?.text ?? name, kind: .seen, release: nil,
                file: file, mark: field.node.mark))
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace ?? false { text = text.dropFirst() }
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
        return String(text)
    }
}
