import Bytes

/// A method and a resource of Cloud Logging, read together as one Kubernetes request.
///
///     io.k8s.core.v1.pods.exec.create            core/v1/namespaces/web/pods/p-1/exec
///     com.coreos.database.etcd.v1.backups.get    etcd.database.coreos.com/v1/…
///
/// The resource has the group as Kubernetes writes it and is preferred; the method has it reversed,
/// and has neither namespace nor name.
struct CloudMethod {
    let verb: String
    private(set) var requestURI = ""
    private var isResource = false
    private var group = ""
    private var version = ""
    private var namespace = ""
    private var resource = ""
    private var name = ""
    private var subresource = ""

    init(_ method: String, resourceName: String) {
        let words = CloudMethod.parts(method, ASCII.dot)
        verb = words.last ?? ""
        // `io.k8s.get` is a request that names no resource; its path is the resource name.
        let path = CloudMethod.parts(resourceName, ASCII.slash)
        if words.count > 3, path.count >= 3, path[0] != "api", path[0] != "apis" {
            group = path[0] == "core" ? "" : path[0]
            version = path[1]
            read(Array(path.dropFirst(2)))
        } else if words.count > 3, resourceName.isEmpty {
            read(method: words.dropLast())
        }
        isResource = !resource.isEmpty
        requestURI =
            isResource ? spelled() : resourceName.hasPrefix("/") ? resourceName : "/" + resourceName
    }

    /// What the method alone tells: `io.k8s.authorization.rbac.v1.roles`.
    private mutating func read(method words: ArraySlice<String>) {
        guard let at = words.lastIndex(where: CloudMethod.isVersion), at + 1 < words.endIndex
        else { return }
        version = words[at]
        resource = words[at + 1]
        subresource = words[(at + 2)...].joined(separator: "/")
        let isBuiltIn = words.starts(with: ["io", "k8s"])
        let name = words[words.startIndex + (isBuiltIn ? 2 : 0)..<at]
        let plain = ["core", "apps", "batch", "autoscaling", "policy", "extensions"]
        if isBuiltIn, name.count == 1, let only = name.first, plain.contains(only) {
            group = only == "core" ? "" : only
        } else {
            group = name.reversed().joined(separator: ".") + (isBuiltIn ? ".k8s.io" : "")
        }
    }

    /// `v1`, `v2beta1`: a letter and a digit, and nothing but digits and letters.
    private static func isVersion(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return bytes.count >= 2 && bytes[0] == UInt8(ascii: "v") && ASCII.isDigit(bytes[1])
            && bytes.allSatisfy { ASCII.isDigit($0) || ASCII.isLetter($0) }
    }

    private static func parts(_ text: String, _ separator: UInt8) -> [String] {
        text.utf8.split(separator: separator, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func read(_ path: [String]) {
        var rest = path[...]
        if rest.first == "namespaces", rest.count >= 3 {
            let behind = rest[rest.startIndex + 2]
            namespace = rest[rest.startIndex + 1]
            // `namespaces/web/finalize` is a part of the namespace itself.
            if rest.count > 3 || (behind != "finalize" && behind != "status") {
                rest = rest.dropFirst(2)
            }
        }
        resource = rest.popFirst() ?? ""
        name = rest.popFirst() ?? ""
        subresource = rest.joined(separator: "/")
        if resource == "namespaces", namespace.isEmpty { namespace = name }
    }

    private func spelled() -> String {
        var uri = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if !namespace.isEmpty, resource != "namespaces" { uri += "/namespaces/\(namespace)" }
        uri += "/\(resource)"
        // A create names its object in the body; only the log puts it into the resource.
        let isInPath = !name.isEmpty && !(verb == "create" && subresource.isEmpty)
        if isInPath { uri += "/\(name)" }
        if !subresource.isEmpty { uri += "/\(subresource)" }
        return uri
    }

    func writeObjectReference(_ writer: inout JSONWriter) {
        guard isResource else { return }
        writer.key("objectRef")
        writer.open("{")
        writer.key("resource")
        writer.text(resource)
        if !namespace.isEmpty {
            writer.key("namespace")
            writer.text(namespace)
        }
        if !name.isEmpty {
            writer.key("name")
            writer.text(name)
        }
        if !group.isEmpty {
            writer.key("apiGroup")
            writer.text(group)
        }
        writer.key("apiVersion")
        writer.text(version)
        if !subresource.isEmpty {
            writer.key("subresource")
            writer.text(subresource)
        }
        writer.close("}")
    }
}
