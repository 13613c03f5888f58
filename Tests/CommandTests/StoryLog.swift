import Foundation

/// Audit logs that a test tells record by record, one for each server.
///
/// Instants are seconds from the story's beginning. Servers say their release as real ones do: by
/// what their own clients ask when they start.
struct StoryLog {
    static let origin = Date(timeIntervalSince1970: 1_764_000_000)
    /// The `status` of a 404 of a server that does not serve the resource.
    static let route =
        #""status":"Failure","message":"the server could not find the requested resource","#
        + #""reason":"NotFound","details":{}"#

    /// One request as its server's log has it.
    struct Record {
        var at: Double
        var server: String
        var verb: String
        var uri: String
        var user = "jane"
        var agent = "kubectl/v1.35.0"
        var address = "10.0.0.7"
        var code = 200
        /// The members of `responseStatus` but for its code: `"status":"Failure",…`.
        var status = ""
        var sent: String?
        var answer: String?
        var auditID = UUID().uuidString.lowercased()
        var isMetadata = false
        var stage = "ResponseComplete"
    }

    private(set) var lines: [String: [(at: Double, line: String)]] = [:]

    /// A server starts, or is seen for the first time, as this version.
    mutating func start(_ server: String, _ version: String, at: Double) {
        for number in 0..<12 {
            var record = Record(
                at: at + Double(number) / 100, server: server, verb: "list",
                uri: "/api/v1/\(["pods", "nodes", "services"][number % 3])?resourceVersion=0")
            record.user = "system:apiserver"
            record.agent = "kube-apiserver/\(version) (linux/amd64) kubernetes/abc1234"
            record.isMetadata = true
            add(record)
        }
    }

    mutating func add(_ record: Record) {
        var text = #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","#
        text += #""level":"\#(record.isMetadata ? "Metadata" : "RequestResponse")","#
        text += #""auditID":"\#(record.auditID)","stage":"\#(record.stage)","#
        text += #""requestURI":"\#(record.uri)","verb":"\#(record.verb)","#
        text += #""user":{"username":"\#(record.user)"},"userAgent":"\#(record.agent)","#
        text += #""sourceIPs":["\#(record.address)"],"responseStatus":{"metadata":{},"#
        text += record.status.isEmpty ? "" : record.status + ","
        text += #""code":\#(record.code)},"#
        if let sent = record.sent { text += #""requestObject":\#(sent),"# }
        if let answer = record.answer { text += #""responseObject":\#(answer),"# }
        text += #""requestReceivedTimestamp":"\#(Self.instant(record.at))","#
        text += #""stageTimestamp":"\#(Self.instant(record.at + 0.002))"}"#
        lines[record.server, default: []].append((record.at, text))
    }

    /// Writes each server's log, captures all of them into `r.db`, and says how that went.
    func capture(in folder: borrowing CommandFolder, _ flags: String = "") throws -> CommandResult {
        for (server, records) in lines {
            let sorted = records.sorted { $0.at < $1.at }.map(\.line).joined(separator: "\n")
            try folder.write("\(server).log", sorted + "\n")
        }
        let inputs = lines.keys.sorted().map { "\($0)=\($0).log" }.joined(separator: " ")
        return try folder.shell("kubeskew capture audit r.db \(inputs) -q \(flags) > /dev/null")
    }

    private static func instant(_ seconds: Double) -> String {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter.string(from: origin.addingTimeInterval(seconds))
    }
}
