import KubeAPI

// kubeadm's ClusterConfiguration: one description of every API server of a cluster.
extension ConfigurationReader {
    /// What `check` calls the servers that a kubeadm configuration describes.
    static let everyServer = "control-plane"

    mutating func readKubeadm(_ field: Field) {
        let version = field.node["apiVersion"]?.text ?? ""
        guard version.hasPrefix("kubeadm.k8s.io/") else {
            return fields.error(
                field, "expected apiVersion kubeadm.k8s.io/v1beta3 or v1beta4, found \"\(version)\""
            )
        }
        var server = ConfiguredServer(
            name: Self.everyServer, kind: .kubeadm, release: nil, file: file,
            mark: field.node.mark)
        if let version = node(field, "kubernetesVersion") {
            server.release = kubeadmRelease(version)
        }
        checkOwnGates(field)
        if let apiServer = node(field, "apiServer"), let extra = node(apiServer, "extraArgs") {
            readExtraArgs(extra, apiVersion: version, into: &server)
        }
        servers.append(server)
    }

    /// `v1.36.2`, or a label such as `stable-1.36`, which names a release as well.
    private mutating func kubeadmRelease(_ field: Field) -> Release? {
        let text = field.node.text ?? ""
        if let release = Release(text.split(separator: "-").last.map(String.init) ?? text) {
            return release
        }
        if let release = Release(text) { return release }
        fields.warn(field, "\"\(text)\" names no release")
        return nil
    }

    /// A mapping in v1beta3, a list of names and values in v1beta4; each is read in both.
    private mutating func readExtraArgs(
        _ field: Field, apiVersion: String, into server: inout ConfiguredServer
    ) {
        let isList = field.node.sequence != nil
        if isList, apiVersion.hasSuffix("v1beta3") {
            fields.warn(field, "v1beta3 wants a mapping of names to values here, not a list")
        } else if !isList, apiVersion.hasSuffix("v1beta4") {
            fields.warn(
                field, "v1beta4 wants a list of {name: …, value: …} here: kubeadm refuses a mapping"
            )
        }
        if isList {
            for item in fields.list(field, of: "arguments") ?? [] {
                readArgument(item, into: &server)
            }
        } else {
            for (name, value) in fields.fields(of: field)?.inOrder ?? [] {
                append(name, value, keyMark: value.keyMark, to: &server)
            }
        }
    }

    private mutating func readArgument(_ item: Field, into server: inout ConfiguredServer) {
        guard let own = fields.fields(of: item, known: ["name", "value"]) else { return }
        guard let field = own["name"] else {
            return fields.missing("name", of: own, expected: "the name of a flag")
        }
        guard let value = own["value"] else {
            return fields.missing("value", of: own, expected: "the value of the flag")
        }
        guard let name = fields.text(field, expected: "the name of a flag") else { return }
        append(name, value, keyMark: field.node.mark, to: &server)
    }

    private mutating func append(
        _ name: String, _ value: Field, keyMark: Mark, to server: inout ConfiguredServer
    ) {
        guard case .scalar(let text, _) = value.node.content else {
            return fields.error(value, "expected a text, found \(value.node.summary)")
        }
        if name.hasPrefix("-") {
            fields.report(
                .warning, at: keyMark, value.path,
                "kubeadm puts the dashes itself: it would pass --\(name)")
        }
        server.flags.append("--\(name.drop { $0 == "-" })=\(text)")
        server.flagMarks.append(keyMark)
    }

    /// Gates at the top are kubeadm's own, a mistake that is easily made.
    private mutating func checkOwnGates(_ field: Field) {
        guard let gates = node(field, "featureGates"), let entries = gates.node.mapping else {
            return
        }
        for entry in entries where entry.key.text == "UnknownVersionInteroperabilityProxy" {
            fields.report(
                .warning, at: entry.key.mark, gates.path,
                "these are kubeadm's own gates: the API server's go to apiServer.extraArgs,"
                    + " feature-gates")
        }
    }
}
