import KubeAPI

// Pods: a static pod's manifest, what `kubectl get pod -o yaml` prints, or a template of pods.
extension ConfigurationReader {
    mutating func readPod(_ field: Field) {
        guard let spec = node(field, "spec") else { return }
        if let template = node(spec, "template") { return readPod(template) }
        guard let containers = node(spec, "containers"), containers.node.sequence != nil else {
            return
        }
        for container in fields.list(containers, of: "containers") ?? [] {
            readContainer(container, pod: field, spec: spec)
        }
    }

    private mutating func readContainer(_ container: Field, pod: Field, spec: Field) {
        var words: [(text: String, mark: Mark)] = []
        for key in ["command", "args"] {
            guard let list = node(container, key) else { continue }
            for item in fields.list(list, of: "words") ?? [] {
                guard case .scalar(let text, _) = item.node.content else {
                    fields.error(item, "expected a text, found \(item.node.summary)")
                    continue
                }
                words += Self.words(ofArgument: text).map { ($0, item.node.mark) }
            }
        }
        let isNamed = container.node["name"]?.text == "kube-apiserver"
        let program = words.firstIndex { Self.isAPIServer($0.text) }
        guard isNamed || program != nil else { return }
        if let program { words.removeFirst(program + 1) }
        var server = ConfiguredServer(
            name: podName(pod, spec), kind: .complete,
            release: container.node["image"]?.text.flatMap { Self.release(ofImage: $0) },
            file: file, mark: container.node.mark)
        append(words, to: &server)
        servers.append(server)
    }

    /// A word of an argument vector is taken as it is, except for a shell's script.
    private static func words(ofArgument text: String) -> [String] {
        let isScript = text.contains("kube-apiserver ") || text.contains("kube-apiserver\n")
        return isScript ? CommandWords.words(text) : [text]
    }

    static func isAPIServer(_ word: String) -> Bool {
        word.split(separator: "/").last == "kube-apiserver"
    }

    /// The release in the tag of `registry.k8s.io/kube-apiserver:v1.36.2@sha256:…`.
    static func release(ofImage image: String) -> Release? {
        let tagged = image.split(separator: "@").first ?? ""
        guard let colon = tagged.lastIndex(of: ":") else { return nil }
        return Release(String(tagged[tagged.index(after: colon)...]))
    }

    /// The node it runs on; of a static pod that has not started, the name of its file.
    private func podName(_ pod: Field, _ spec: Field) -> String {
        if let name = spec.node["nodeName"]?.text { return name }
        let name = pod.node["metadata"]?["name"]?.text ?? ""
        if name.hasPrefix("kube-apiserver-") { return String(name.dropFirst(15)) }
        return nameOfFile
    }

    /// `cp-1` for `logs/cp-1.yaml`.
    var nameOfFile: String {
        let last = file.split(separator: "/").last ?? ""
        let bare = last.split(separator: ".").first.map(String.init) ?? ""
        return bare.isEmpty || bare == "-" ? "kube-apiserver" : bare
    }

    mutating func append(
        _ words: [(text: String, mark: Mark)], to server: inout ConfiguredServer
    ) {
        let (flags, strays) = CommandWords.flags(words.map(\.text))
        for flag in flags {
            server.flags.append(flag.text)
            server.flagMarks.append(words[flag.word].mark)
        }
        for stray in strays {
            fields.report(
                .warning, at: words[stray].mark, "",
                "\"\(words[stray].text)\" is neither a flag nor a flag's value: left out")
        }
    }
}
