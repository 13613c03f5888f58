import Bytes

/// A row of Azure's AKSAudit tables turned back into an audit event.
///
/// The columns are the event's own members under other names. Columns that hold JSON come as
/// objects, or as strings of it, and as plain text in CSV.
enum AuditColumns {
    private static let texts: [(column: StaticString, name: StaticString)] = [
        ("Level", "level"), ("AuditId", "auditID"), ("Stage", "stage"),
        ("RequestUri", "requestURI"), ("Verb", "verb"), ("UserAgent", "userAgent"),
        ("RequestReceivedTime", "requestReceivedTimestamp"),
        ("StageReceivedTime", "stageTimestamp"),
    ]

    private static let objects: [(column: StaticString, name: StaticString)] = [
        ("User", "user"), ("ImpersonatedUser", "impersonatedUser"), ("SourceIps", "sourceIPs"),
        ("ObjectRef", "objectRef"), ("ResponseStatus", "responseStatus"),
        ("RequestObject", "requestObject"), ("ResponseObject", "responseObject"),
        ("Annotations", "annotations"),
    ]

    static func event(_ fields: [EnvelopeField]) -> (event: JSONWriter, isTruncated: Bool) {
        var isTruncated = false
        var writer = JSONWriter()
        writer.open("{")
        writer.key("kind")
        writer.text("Event")
        writer.key("apiVersion")
        writer.text("audit.k8s.io/v1")
        for (column, name) in texts {
            guard let field = find(column, fields), field.isString, !field.characters.isEmpty
            else { continue }
            writer.key(name)
            writer.string(field)
        }
        for (column, name) in objects {
            guard let field = find(column, fields) else { continue }
            if field.characters.equals("skipped-too-big-size-object") { isTruncated = true }
            write(field, as: name, &writer)
        }
        writer.close("}")
        return (writer, isTruncated)
    }

    /// `TimeGenerated [UTC]` is how the portal heads the column `TimeGenerated`.
    private static func find(_ column: StaticString, _ fields: [EnvelopeField]) -> EnvelopeField? {
        fields.first {
            $0.name.equals(column)
                || ($0.name.hasPrefix(column)
                    && $0.name.run(from: column.utf8CodeUnitCount).hasPrefix(" ["))
        }
    }

    private static func write(
        _ field: EnvelopeField, as name: StaticString, _ writer: inout JSONWriter
    ) {
        if field.isObject || field.isArray {
            writer.key(name)
            writer.json(field.value)
            return
        }
        guard field.isString else { return }
        // Only what is JSON as a whole can stand in an event.
        field.decoded.withUnsafeBufferPointer { buffer in
            let text = buffer.trimmed
            guard text.first == ASCII.openBrace || text.first == ASCII.openBracket,
                Unwrapper.valueEnd(text, from: 0) == text.count
            else { return }
            writer.key(name)
            writer.json(text)
        }
    }
}
