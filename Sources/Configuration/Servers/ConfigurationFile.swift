import ControlPlane
public import KubeAPI

/// An API server as some file configures it.
public struct ConfiguredServer: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// A kubeadm configuration: stands for every API server of the cluster, and kubeadm adds
        /// the flags that it always adds.
        case kubeadm
        /// A pod or a command line: these are all the flags there are.
        case complete
        /// Known to be there, by a lease or an answer; its flags are not known, but for gates.
        case seen
        /// A process of a scenario, from start to stop.
        case scenario(isStrict: Bool, from: Int64, until: Int64?)
    }

    public var name: String
    public var kind: Kind
    /// nil where the file does not say.
    public var release: Release?
    /// `--name=value` each.
    public var flags: [String] = []
    /// Where each flag stands.
    public var flagMarks: [Mark] = []
    public var address: String?
    public var file: String
    public var mark: Mark

    public init(name: String, kind: Kind, release: Release?, file: String, mark: Mark) {
        self.name = name
        self.kind = kind
        self.release = release
        self.file = file
        self.mark = mark
    }

    /// Whether what is not among the flags is missing.
    public var isStrict: Bool {
        switch kind {
        case .kubeadm: false
        case .complete, .seen: true
        case .scenario(let isStrict, _, _): isStrict
        }
    }

    /// A server of a scenario has several processes, all under its one name.
    var isOfScenario: Bool {
        if case .scenario = kind { return true }
        return false
    }

    /// Whether the two can run at the same time.
    public func coexists(with other: ConfiguredServer) -> Bool {
        guard case .scenario(_, let from, let until) = kind,
            case .scenario(_, let otherFrom, let otherUntil) = other.kind
        else { return true }
        return from < otherUntil ?? .max && otherFrom < until ?? .max
    }
}

/// Finds the API servers in whatever a person has at hand: kubeadm's configuration, pods, unit
/// files, lines of `ps`, scenario files.
///
/// Used by `check`. It reads names, releases and flags; what they amount to is `Activation`.
public enum ConfigurationFile {
    public struct Reading: Sendable {
        public var servers: [ConfiguredServer] = []
        public var answers: [ServerAnswer] = []
        public var problems: [Problem] = []
    }

    public static func read(_ bytes: [UInt8], fileName: String) -> Reading {
        var reader = ConfigurationReader(file: fileName)
        reader.read(bytes)
        return Reading(
            servers: reader.servers, answers: reader.answers,
            problems: reader.fields.orderedProblems)
    }

    /// The servers of several files, each under a name of its own: by the folder, where every file
    /// has the same name, or by a number.
    public static func distinct(_ servers: [ConfiguredServer]) -> [ConfiguredServer] {
        let isShared = Dictionary(grouping: servers.filter { !$0.isOfScenario }, by: \.name)
            .mapValues { Set($0.map(\.file)).count > 1 }
        var counts: [String: Int] = [:]
        return servers.map { server in
            guard !server.isOfScenario else { return server }
            var named = server
            let folders = server.file.split(separator: "/").dropLast()
            if isShared[server.name] ?? false, let folder = folders.last {
                named.name = "\(folder)/\(server.name)"
            }
            counts[named.name, default: 0] += 1
            if let count = counts[named.name], count > 1 { named.name += "#\(count)" }
            return named
        }
    }
}

/// The state of one reading: servers found, problems met.
struct ConfigurationReader {
    let file: String
    var fields: FieldReader
    var servers: [ConfiguredServer] = []
    var answers: [ServerAnswer] = []
    /// The lines of the file, for texts inside texts.
    private var lines: [Substring] = []

    init(file: String) {
        self.file = file
        fields = FieldReader(file: file)
    }

    mutating func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if looksLikeYAML {
            do throws(YAMLError) {
                let documents = try YAML.documents(bytes)
                if let first = documents.first, isScenario(first) {
                    return readScenario(bytes)
                }
                for document in documents { readDocument(Field(document, path: "")) }
            } catch {
                fields.report(.error, at: error.mark, "", "not YAML: \(error.message)")
            }
        } else if !readAnswer(text) {
            readCommandLines(text)
        }
        if servers.isEmpty, answers.isEmpty, fields.problems.isEmpty {
            fields.report(
                .error, at: Mark(line: 1, column: 1), "",
                "nothing here starts a kube-apiserver: expected a kubeadm ClusterConfiguration, a"
                    + " pod, its command, a unit file, a command line, a scenario, identity"
                    + " leases, or what an API server answers to /version, /metrics, /flagz or"
                    + " /statusz")
        }
    }

    /// A kind at the left margin, or JSON.
    private var looksLikeYAML: Bool {
        lines.contains { line in
            [
                "apiVersion:", "kind:", "servers:", "upgrade:", "clientVersion:",
                "serverVersion:", "{",
            ].contains { line.hasPrefix($0) }
        }
    }

    private func isScenario(_ document: YAMLNode) -> Bool {
        if let kind = document["kind"]?.text { return kind == "Scenario" }
        return document["servers"] != nil || document["upgrade"] != nil
    }

    // MARK: Documents

    private mutating func readDocument(_ field: Field) {
        let node = field.node
        if let items = node["items"]?.sequence, node["kind"]?.text?.hasSuffix("List") ?? true {
            for (index, item) in items.enumerated() {
                readDocument(field.child("items", item).item(index, item))
            }
            return
        }
        switch node["kind"]?.text {
        case "ClusterConfiguration": readKubeadm(field)
        case "ConfigMap": readConfigMap(field)
        default: if !readAnswer(field) { readPod(field) }
        }
    }

    private mutating func readConfigMap(_ field: Field) {
        guard let data = node(field, "data"), let inner = node(data, "ClusterConfiguration") else {
            return
        }
        guard case .scalar(let text, _) = inner.node.content else {
            return fields.error(inner, "expected a text, found \(inner.node.summary)")
        }
        let shift = placeOfText(at: inner.node.mark)
        do throws(YAMLError) {
            for document in try YAML.documents(Array(text.utf8)) {
                readDocument(
                    Field(document.moved(shift), path: inner.path))
            }
        } catch {
            fields.report(
                .error, at: shift(error.mark), inner.path, "not YAML: \(error.message)")
        }
    }

    /// Where a place inside a text stands in the file: below the bar of a literal block, indented
    /// as its first line is; any other text counts as one place.
    private func placeOfText(at mark: Mark) -> @Sendable (Mark) -> Mark {
        guard mark.line < lines.count else { return { _ in mark } }
        let opening = lines[mark.line - 1].dropFirst(mark.column - 1).first
        guard opening == "|" else { return { _ in mark } }
        let indent = lines[mark.line].prefix { $0 == " " }.count
        return { Mark(line: mark.line + $0.line, column: indent + $0.column) }
    }

    /// The value under a key, where it is there and not null.
    func node(_ field: Field, _ key: String) -> Field? {
        guard let value = field.node[key], !value.isNull else { return nil }
        return field.child(key, value)
    }

    // MARK: Scenarios

    private mutating func readScenario(_ bytes: [UInt8]) {
        let reading = ScenarioFile.read(
            bytes, fileName: file, origin: nil, judgesFlags: false)
        for problem in reading.problems {
            fields.report(problem.severity, at: problem.mark, problem.key, problem.message)
        }
        guard reading.isUsable else { return }
        for (server, places) in zip(reading.scenario.servers, reading.places) {
            for (process, place) in zip(server.processes, places) {
                var found = ConfiguredServer(
                    name: server.name,
                    kind: .scenario(
                        isStrict: reading.scenario.strictFlags, from: process.startedAt,
                        until: process.stoppedAt),
                    release: process.release, file: file, mark: place.start)
                found.flags = process.flags
                found.flagMarks = place.flags
                found.address = server.address
                servers.append(found)
            }
        }
    }
}

extension YAMLNode {
    /// The same tree with every place put elsewhere.
    fileprivate func moved(_ shift: (Mark) -> Mark) -> YAMLNode {
        let moved: Content
        switch content {
        case .scalar: moved = content
        case .sequence(let nodes): moved = .sequence(nodes.map { $0.moved(shift) })
        case .mapping(let entries):
            moved = .mapping(
                entries.map {
                    YAMLEntry(key: $0.key.moved(shift), value: $0.value.moved(shift))
                })
        }
        return YAMLNode(moved, mark: shift(mark))
    }
}
