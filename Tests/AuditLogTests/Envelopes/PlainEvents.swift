/// The events that every envelope is filled with: what an API server writes, one on each line.
enum PlainEvents {
    /// Twenty events of one small cluster: reads, writes, watches, 404s, odd names, odd characters.
    static let all: [String] = (0..<20).map(event)

    static let few: [String] = [all[6], all[13]]

    private static let requests: [(verb: String, uri: String, reference: String, code: Int)] = [
        ("get", "/api/v1/namespaces/web/pods/p-1", core("pods", "web", "p-1"), 200),
        ("list", "/api/v1/namespaces/web/configmaps?limit=500", core("configmaps", "web", ""), 200),
        (
            "watch", "/apis/apps/v1/deployments?allowWatchBookmarks=true\\u0026watch=true",
            group("deployments", "apps", "v1", "", ""), 200
        ),
        ("create", "/api/v1/namespaces/web/pods", core("pods", "web", "p-2"), 201),
        ("delete", "/api/v1/namespaces/web/pods/p-2", core("pods", "web", "p-2"), 200),
        (
            "get", "/apis/resource.k8s.io/v1/deviceclasses/gpu",
            group("deviceclasses", "resource.k8s.io", "v1", "", "gpu"), 404
        ),
        ("get", "/readyz", "", 200),
        (
            "update", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kcm",
            group("leases", "coordination.k8s.io", "v1", "kube-system", "kcm"), 409
        ),
        (
            "patch", "/apis/etcd.database.coreos.com/v1beta2/namespaces/db/etcdclusters/main",
            group("etcdclusters", "etcd.database.coreos.com", "v1beta2", "db", "main"), 200
        ),
        (
            "create", "/api/v1/namespaces/web/pods/p-1/eviction",
            core("pods", "web", "p-1", "eviction"), 201
        ),
    ]

    private static func core(
        _ resource: String, _ namespace: String, _ name: String, _ part: String = ""
    ) -> String {
        reference(resource, "", "v1", namespace, name, part)
    }

    private static func group(
        _ resource: String, _ group: String, _ version: String, _ namespace: String, _ name: String
    ) -> String {
        reference(resource, group, version, namespace, name, "")
    }

    private static func reference(
        _ resource: String, _ group: String, _ version: String, _ namespace: String,
        _ name: String, _ part: String
    ) -> String {
        var members = ["\"resource\":\"\(resource)\""]
        if !namespace.isEmpty { members.append("\"namespace\":\"\(namespace)\"") }
        if !name.isEmpty { members.append("\"name\":\"\(name)\"") }
        if !group.isEmpty { members.append("\"apiGroup\":\"\(group)\"") }
        members.append("\"apiVersion\":\"\(version)\"")
        if !part.isEmpty { members.append("\"subresource\":\"\(part)\"") }
        return "{\(members.joined(separator: ","))}"
    }

    private static func event(_ index: Int) -> String {
        let request = requests[index % requests.count]
        let second = index < 10 ? "0\(index)" : "\(index)"
        let reference = request.reference.isEmpty ? "" : "\"objectRef\":\(request.reference),"
        let agent =
            index % 3 == 0 ? "kubectl/v1.35.1 (linux/amd64) kubernetes/0123456" : "söt\\/\\\"{[,"
        let status =
            request.code < 400
            ? "{\"metadata\":{},\"code\":\(request.code)}"
            : "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"not as wished: \\\"x\\\"\","
                + "\"reason\":\"NotFound\",\"details\":{},\"code\":\(request.code)}"
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",\
            "auditID":"70f38eae-8fb5-44b6-8eb0-2640212500\(second)","stage":"ResponseComplete",\
            "requestURI":"\(request.uri)","verb":"\(request.verb)",\
            "user":{"username":"system:serviceaccount:web:bot-\(index)",\
            "groups":["system:serviceaccounts","system:authenticated"]},\
            "sourceIPs":["10.64.10.71"],"userAgent":"\(agent)",\(reference)\
            "responseStatus":\(status),\
            "requestReceivedTimestamp":"2026-11-20T21:14:\(second).010142Z",\
            "stageTimestamp":"2026-11-20T21:14:\(second).010336Z",\
            "annotations":{"authorization.k8s.io/decision":"allow",\
            "authorization.k8s.io/reason":"RBAC: allowed by \\"edit\\""}}
            """
    }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}

/// A text as a CSV cell.
func csvCell(_ text: String) -> String {
    "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
}

/// Bytes as base64.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
        for digit in 0..<4 {
            out.append(digit <= group.count ? alphabet[bits >> (18 - digit * 6) & 63] : "=")
        }
    }
    return out
}

/// gzip with stored blocks: enough to be inflated, without a compressor.
func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
        let length = min(bytes.count - start, 0xFFFF)
        let isLast = start + length == bytes.count
        out += [isLast ? 1 : 0, UInt8(length & 255), UInt8(length >> 8)]
        out += [UInt8(~length & 255), UInt8(~length >> 8 & 255)]
        out += bytes[start..<start + length]
        start += length
    } while start < bytes.count
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    for value in [~crc, UInt32(bytes.count)] {
        for shift in stride(from: 0, to: 32, by: 8) {
            out.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
        }
    }
    return out
}
