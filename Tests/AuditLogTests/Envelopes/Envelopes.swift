import Testing

/// A way in which a platform hands out audit events.
struct Envelope: CustomTestStringConvertible, Sendable {
    let name: String
    /// The server that the envelope names, if it names one.
    var server: String?
    /// Records in it that are not audit.
    var notAudit = 0
    let wrap: @Sendable ([String]) -> String

    var testDescription: String { name }

    init(
        _ name: String, server: String? = nil, notAudit: Int = 0,
        _ wrap: @escaping @Sendable ([String]) -> String
    ) {
        self.name = name
        self.server = server
        self.notAudit = notAudit
        self.wrap = wrap
    }

    static let all = plain + amazon + azure + others

    private static let stream = "kube-apiserver-audit-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    private static let lines: @Sendable ([String]) -> String = { $0.map { $0 + "\n" }.joined() }

    static let plain: [Envelope] = [
        Envelope("JSON Lines", lines),
        Envelope("JSON Lines without a last line end") { $0.joined(separator: "\n") },
        Envelope("JSON Lines with CRLF and a byte order mark") {
            "\u{FEFF}" + $0.map { $0 + "\r\n" }.joined()
        },
        Envelope("objects without line ends") { $0.joined() },
        Envelope("objects with commas") { $0.joined(separator: ",\n") + "\n" },
        Envelope("pretty JSON") { lines($0.map(pretty)) },
        Envelope("an array") { "[\($0.joined(separator: ","))]" },
        Envelope("an array of one line each") { "[\n\($0.joined(separator: ",\n"))\n]\n" },
        Envelope("a pretty array") { pretty("[\($0.joined(separator: ","))]") },
        Envelope("an array of strings") { "[\($0.map(quoted).joined(separator: ","))]" },
        Envelope("a string on each line") { lines($0.map(quoted)) },
        Envelope("an EventList") {
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},"
                + "\"items\":[\($0.joined(separator: ","))]}"
        },
        Envelope("webhook batches, whose items carry no kind") { events in
            lines(
                [events.prefix(2), events.dropFirst(2)].map { batch in
                    let items = batch.map {
                        "{"
                            + $0.dropFirst(
                                #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","#.count)
                    }
                    return "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\","
                        + "\"metadata\":{},\"items\":[\(items.joined(separator: ","))]}"
                })
        },
        Envelope("an OpenShift node in front of each line", server: "master-0.example.com") {
            lines($0.map { "master-0.example.com " + $0 })
        },
        Envelope("CRI lines") { lines($0.map { "2026-11-20T21:14:37.123456789Z stdout F " + $0 }) },
        Envelope("CRI lines in parts") { events in
            lines(
                events.flatMap { event in
                    let middle = event.index(event.startIndex, offsetBy: event.count / 2)
                    return [
                        "2026-11-20T21:14:37.123456789Z stdout P \(event[..<middle])",
                        "2026-11-20T21:14:37.123456790Z stderr F I1120 21:14:37.1 1 x.go:1] text",
                        "2026-11-20T21:14:37.123456791Z stdout F \(event[middle...])",
                    ]
                }.filter { !$0.contains(" stderr ") })
        },
        Envelope("syslog", server: "cp-1") {
            lines($0.map { "Nov 20 21:14:37 cp-1 kube-apiserver[1234]: " + $0 })
        },
        Envelope("kubectl logs --prefix", server: "kube-apiserver-cp-1") {
            lines($0.map { "[pod/kube-apiserver-cp-1/kube-apiserver] " + $0 })
        },
        Envelope("grep over files", server: "cp-3") {
            lines($0.map { "logs/cp-3/audit.log:" + $0 })
        },
    ]

    static let amazon: [Envelope] = [
        Envelope("filter-log-events", server: stream, notAudit: 1) { events in
            let records = events.map {
                #"{"logStreamName":"\#(stream)","timestamp":1709251200123,"message":\#(quoted($0)),"#
                    + #""ingestionTime":1709251200999,"eventId":"3794"}"#
            }
            let other = #"{"logStreamName":"authenticator-0f1e","message":"time=\"x\" level=info"}"#
            return "{\"events\":[\((records + [other]).joined(separator: ","))],"
                + "\"searchedLogStreams\":[],\"nextToken\":\"x\"}"
        },
        Envelope("filter-log-events, pretty", server: stream) { events in
            let records = events.map {
                #"{"logStreamName":"\#(stream)","timestamp":1709251200123,"message":\#(quoted($0))}"#
            }
            return pretty("{\"events\":[\(records.joined(separator: ","))]}")
        },
        Envelope("Logs Insights results", server: stream) { events in
            let rows = events.map {
                #"[{"field":"@timestamp","value":"2026-11-20 21:14:37.123"},"#
                    + #"{"field":"@message","value":\#(quoted($0))},"#
                    + #"{"field":"@logStream","value":"\#(stream)"},{"field":"@ptr","value":"C"}]"#
            }
            return "{\"results\":[\(rows.joined(separator: ","))],\"status\":\"Complete\"}"
        },
        Envelope("Logs Insights CSV", server: stream) { events in
            "@timestamp,@message,@logStream\n"
                + lines(events.map { "2026-11-20 21:14:37.123,\(csvCell($0)),\(stream)" })
        },
        Envelope("S3 export") { lines($0.map { "2026-11-20T21:14:37.123Z " + $0 }) },
        Envelope("aws logs tail", server: stream, notAudit: 2) { events in
            lines(
                ["2026-11-20T21:14:37 authenticator-0f1e time=\"x\" level=info"]
                    + events.map { "2026-11-20T21:14:37.123000+00:00 \(stream) \($0)" }
                    + ["2026-11-20T21:14:37 kube-scheduler-0f1e I1120 21:14:37.1 1 x.go:1] {a}"])
        },
        Envelope("subscription records without line ends", server: stream, notAudit: 1) { events in
            #"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","#
                + #""subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL"}]}"#
                + events.map { subscription([$0]) }.joined()
        },
        Envelope("a subscription record for a function", server: stream) { events in
            let data = base64(storedGzip(Array(subscription(events).utf8)))
            return "{\"awslogs\":{\"data\":\"\(data)\"}}"
        },
        Envelope("Kinesis records", server: stream) { events in
            let records = events.map {
                #"{"kinesis":{"data":"\#(base64(storedGzip(Array(subscription([$0]).utf8))))"}}"#
            }
            return "{\"Records\":[\(records.joined(separator: ","))]}"
        },
    ]

    private static func subscription(_ events: [String]) -> String {
        let records = events.map {
            #"{"id":"36","timestamp":1709251200123,"message":\#(quoted($0))}"#
        }
        return #"{"messageType":"DATA_MESSAGE","owner":"123","logGroup":"/aws/eks/c/cluster","#
            + #""logStream":"\#(stream)","subscriptionFilters":["f"],"#
            + "\"logEvents\":[\(records.joined(separator: ","))]}"
    }

    static let azure: [Envelope] = [
        Envelope("Event Hub", server: "kube-apiserver-6d8f-abcde", notAudit: 1) { events in
            let other = #"{"category":"kube-apiserver","properties":{"log":"I1120 21:14:37 x"}}"#
            return "{\"records\":[\((events.map(azureRecord) + [other]).joined(separator: ","))]}"
        },
        Envelope("storage account", server: "kube-apiserver-6d8f-abcde") {
            "\u{FEFF}" + lines($0.map(azureRecord))
        },
        Envelope("AzureDiagnostics", server: "kube-apiserver-6d8f-abcde") { events in
            let records = events.map {
                #"{"TenantId":"x","Category":"kube-audit-admin","log_s":\#(quoted($0)),"#
                    + #""pod_s":"kube-apiserver-6d8f-abcde","stream_s":"stdout"}"#
            }
            return "[\(records.joined(separator: ","))]"
        },
        Envelope("a query's tables", server: "kube-apiserver-6d8f-abcde") { events in
            let rows = events.map { "[\"x\",\(quoted($0)),\"kube-apiserver-6d8f-abcde\"]" }
            return #"{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","#
                + #""type":"datetime"},{"name":"log_s","type":"string"},{"name":"pod_s"}],"#
                + "\"rows\":[\(rows.joined(separator: ","))]}]}"
        },
    ]

    private static func azureRecord(_ event: String) -> String {
        #"{"time":"2026-11-20T21:14:37.0000000Z","resourceId":"/SUBSCRIPTIONS/X","#
            + #""category":"kube-audit","operationName":"Microsoft.ContainerService/x","#
            + #""properties":{"log":\#(quoted(event + "\n")),"stream":"stdout","#
            + #""pod":"kube-apiserver-6d8f-abcde","containerID":"c","ccpNamespace":"5f3"}}"#
    }

    static let others: [Envelope] = [
        Envelope("Loki lines with labels", server: "cp-2") {
            lines(
                $0.map {
                    #"{"labels":{"job":"audit","node_name":"cp-2"},"line":\#(quoted($0)),"#
                        + #""timestamp":"2026-11-20T21:14:37Z"}"#
                })
        },
        Envelope("Loki query results", server: "cp-2") { events in
            let values = events.map { "[\"1763673277000000000\",\(quoted($0))]" }
            return #"{"status":"success","data":{"resultType":"streams","result":[{"stream":"#
                + #"{"job":"audit","host":"cp-2"},"values":["#
                + values.joined(separator: ",") + "]}]}}"
        },
        Envelope("Elasticsearch hits", server: "cp-1") { events in
            let hits = events.map {
                #"{"_index":"k8s","_id":"1","_source":{"host":{"name":"cp-1"},"kubernetes":"#
                    + "{\"audit\":\(dotless($0))}}}"
            }
            return #"{"took":1,"hits":{"total":{"value":1},"hits":["#
                + hits.joined(separator: ",") + "]}}"
        },
        Envelope("Elasticsearch documents, a line each") {
            lines($0.map { "{\"_index\":\"k8s\",\"_source\":\(dotless($0))}" })
        },
        Envelope("Splunk export", server: "cp-1") {
            lines(
                $0.map {
                    "{\"preview\":false,\"result\":{\"_raw\":\(quoted($0)),\"host\":\"cp-1\"}}"
                })
        },
        Envelope("Fluent Bit", server: "cp-1") {
            lines(
                $0.map {
                    #"{"date":1763673277.1,"log":\#(quoted($0)),"kubernetes":{"host":"cp-1"}}"#
                })
        },
        Envelope("Fluent Bit with CRI parts") { events in
            lines(
                events.flatMap { event -> [String] in
                    let middle = event.index(event.startIndex, offsetBy: event.count / 3)
                    return [
                        #"{"stream":"stdout","logtag":"P","log":\#(quoted(String(event[..<middle])))}"#,
                        #"{"stream":"stdout","logtag":"F","log":\#(quoted(String(event[middle...])))}"#,
                    ]
                })
        },
        Envelope("Docker's json-file in parts") { events in
            lines(
                events.flatMap { event -> [String] in
                    let middle = event.index(event.startIndex, offsetBy: event.count / 3)
                    return [
                        #"{"log":\#(quoted(String(event[..<middle]))),"stream":"stdout","time":"x"}"#,
                        #"{"log":\#(quoted(event[middle...] + "\n")),"stream":"stdout","time":"x"}"#,
                    ]
                })
        },
        Envelope("Vector", server: "cp-1") {
            lines(
                $0.map {
                    #"{"file":"/var/log/x/audit.log","host":"cp-1","message":\#(quoted($0))}"#
                })
        },
        Envelope("journald", server: "cp-1") {
            lines($0.map { "{\"_HOSTNAME\":\"cp-1\",\"MESSAGE\":\(quoted($0))}" })
        },
        Envelope("Pub/Sub") { events in
            let messages = events.map {
                "{\"ackId\":\"a\",\"message\":{\"data\":\"\(base64(Array($0.utf8)))\"}}"
            }
            return "[\(messages.joined(separator: ","))]"
        },
        Envelope("an envelope that nobody has described") {
            lines($0.map { "{\"x\":1,\"y\":{\"z\":[{\"payload\":\(quoted($0))}]}}" })
        },
        Envelope("envelopes in envelopes in envelopes") {
            lines(
                $0.map { "{\"message\":" + quoted("{\"log\":\(quoted("{\"log\":\($0)}"))}") + "}" })
        },
    ]

    /// What Replace_Dots and de_dot do to annotation keys.
    private static func dotless(_ event: String) -> String {
        event.split(separator: "authorization.k8s.io", omittingEmptySubsequences: false)
            .joined(separator: "authorization_k8s_io")
    }
}
