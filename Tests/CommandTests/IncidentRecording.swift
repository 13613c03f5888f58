import Bytes
import Foundation
import Recording
import SQLiteKit

/// The recording that queries are tried on: `Fixtures/incident`, three servers in an upgrade.
///
/// Rows are written here by hand from the fixture's lines, so that queries are tested apart from
/// how logs are read.
enum IncidentRecording {
    static func make(at path: String) throws {
        let recording = try Recording(path: path, access: .create)
        var rows = Rows()
        var events: [Event] = []
        for server in ["cp-1", "cp-2", "cp-3"] {
            let file = "\(packageRoot)/Tests/CommandTests/Fixtures/incident/\(server).log"
            for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
                events.append(try Event(server: server, line: line))
            }
        }
        events.sort { ($0.at, $0.server) < ($1.at, $1.server) }
        for event in events { rows.add(event) }
        rows.addProcesses()
        for statement in rows.statements { try recording.connection.execute(statement) }
        try recording.close()
    }
}

private struct Event {
    let server: String
    let at: Int64
    let fields: [String: Any]

    init(server: String, line: Substring) throws {
        self.server = server
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
        fields = json as? [String: Any] ?? [:]
        at = RFC3339.nanoseconds(fields["requestReceivedTimestamp"] as? String ?? "") ?? 0
    }

    func text(_ path: String...) -> String {
        var value: Any? = fields
        for key in path { value = (value as? [String: Any])?[key] }
        return value as? String ?? ""
    }
}

private struct Rows {
    var statements: [String] = []
    private var strings: [String: Int] = ["": 0]
    private var servers: [String: Int] = [:]
    private var firstPass: [String: Int] = [:]
    private var count = 0

    mutating func add(_ event: Event) {
        count += 1
        let user = (event.fields["user"] as? [String: Any])?["username"] as? String ?? ""
        let address = (event.fields["sourceIPs"] as? [String])?.first ?? ""
        let group = event.text("objectRef", "apiGroup")
        let resource = event.text("objectRef", "resource")
        insert(
            "resource", count, quoted(group), quoted(event.text("objectRef", "apiVersion")),
            quoted(resource), quoted(event.text("objectRef", "subresource")))
        insert(
            "client", count, quoted(user), quoted(event.text("userAgent")), quoted(address), "''")
        insertRequest(event, isResource: !resource.isEmpty)
        if let object = event.fields["responseObject"] as? [String: Any] {
            insertObject(object["metadata"] as? [String: Any] ?? [:], event)
        }
    }

    mutating func addProcesses() {
        for (index, server) in ["cp-1", "cp-2", "cp-3"].enumerated() {
            insert(
                "process", index + 1, "\(id(ofServer: server))", "'1.35.2'", "NULL", "NULL", "NULL",
                "'unseen', 0, 0, 'loopback user agent'")
        }
    }

    private mutating func insertRequest(_ event: Event, isResource: Bool) {
        let uri = event.text("requestURI").split(separator: "?", maxSplits: 1)
        let query = uri.count > 1 ? String(uri[1]) : ""
        let auditID = event.text("auditID")
        let origin = firstPass[auditID]
        if origin == nil { firstPass[auditID] = count }
        let end = RFC3339.nanoseconds(event.text("stageTimestamp")) ?? 0
        let response = event.fields["responseStatus"] as? [String: Any] ?? [:]
        let status = response["code"] as? Int ?? 0
        let annotations = event.fields["annotations"] as? [String: Any] ?? [:]
        let values: [String] = [
            "\(event.at)", "\(id(ofServer: event.server))", isResource ? "\(count)" : "0",
            "\(status)",
            "\(shape(status, response))", annotations["k8s.io/deprecated"] == nil ? "0" : "8",
            origin.map(String.init) ?? "NULL",
            "(SELECT id FROM verb WHERE text = \(quoted(event.text("verb"))))", "\(count)",
            "\(id(event.text("objectRef", "namespace")))",
            "\(id(event.text("objectRef", "name")))",
            "\((end - event.at) / 1_000)", "\(id(String(uri[0])))", "\(id(query))", "2", "1", "0",
            "\(count)", quoted(auditID),
        ]
        insert("request", count, values)
    }

    /// The number of the shape in table `shape`, read off the Status as the log holds it.
    private func shape(_ status: Int, _ response: [String: Any]) -> Int {
        guard status == 404 else { return 0 }
        guard let details = response["details"] as? [String: Any] else { return 1 }
        return details.isEmpty ? 2 : 3
    }

    private mutating func insertObject(_ metadata: [String: Any], _ event: Event) {
        func text(_ key: String) -> String { metadata[key] as? String ?? "" }
        let kinds = [id(""), id("v1"), id("ConfigMap"), id("configmaps")]
        let names = [id(text("namespace")), id(text("name"))]
        let texts = (kinds + names).map(String.init)
        insert(
            "object", count,
            [quoted(text("uid"))] + texts + ["\(event.at)", "\(event.at)", "NULL", "NULL", "NULL"])
        for owner in metadata["ownerReferences"] as? [[String: Any]] ?? [] {
            let version = (owner["apiVersion"] as? String ?? "").split(separator: "/")
            let values = [
                quoted(owner["uid"] as? String ?? ""), "\(id(String(version[0])))",
                "\(id(String(version[1])))", "\(id(owner["kind"] as? String ?? ""))",
                "\(id(owner["name"] as? String ?? ""))", "1", "1", "\(event.at)", "\(event.at)",
            ]
            insert("owner", count, values)
        }
    }

    private mutating func id(_ text: String) -> Int {
        if let known = strings[text] { return known }
        let id = strings.count
        strings[text] = id
        insert("string", id, quoted(text))
        return id
    }

    private mutating func id(ofServer name: String) -> Int {
        if let known = servers[name] { return known }
        let id = servers.count + 1
        servers[name] = id
        insert("server", id, quoted(name))
        return id
    }

    private mutating func insert(_ table: String, _ id: Int, _ values: String...) {
        insert(table, id, values)
    }

    private mutating func insert(_ table: String, _ id: Int, _ values: [String]) {
        let list = (["\(id)"] + values).joined(separator: ", ")
        statements.append("INSERT INTO \(table) VALUES (\(list))")
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    }
}
