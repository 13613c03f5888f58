import Bytes

/// One member of an object, a column of a row or a pair of a query result: a name and a value.
///
/// What the unwrapping works on, so that JSON objects, CSV rows and result pairs are one shape.
struct EnvelopeField {
    enum Form {
        /// A JSON value as it stands: `"…"`, `{…}`, `[…]`, number or literal.
        case json
        /// The value's own characters, with nothing left to decode.
        case text
    }

    var key: Key
    var name: ByteRun
    var value: ByteRun
    var form: Form

    init(name: ByteRun, value: ByteRun, form: Form) {
        self.key = Key(name)
        self.name = name
        self.value = value
        self.form = form
    }

    var isString: Bool { form == .text || value.first == ASCII.quote }
    var isObject: Bool { form == .json && value.first == ASCII.openBrace }
    var isArray: Bool { form == .json && value.first == ASCII.openBracket }

    /// The characters of a string, still escaped where it is JSON.
    var characters: ByteRun {
        guard form == .json, value.count >= 2, value[0] == ASCII.quote else { return value }
        return value.run(1, value.count - 1)
    }
}

extension EnvelopeField {
    /// The characters of a string with its escapes decoded.
    var decoded: [UInt8] {
        let escaped = characters
        guard form == .json, escaped.index(of: ASCII.backslash) != nil else {
            return Array(escaped)
        }
        return [UInt8](unsafeUninitializedCapacity: escaped.count + 8) { buffer, count in
            if let base = buffer.baseAddress { count = JSONText.unescape(escaped, into: base) }
        }
    }

    var text: String { String(decoding: decoded, as: UTF8.self) }
}

/// The member names that envelopes are made of; everything else is `other`.
///
/// The order of the cases is the order in which an object's members are tried.
enum Key: UInt8, Comparable {
    // Arrays that hold records.
    case records, logEvents, events, items, results, hits, streams, values, tables
    // Objects that hold a record.
    case kubernetes, audit, source, fields, properties, jsonPayload, result, resultBag
    // Strings that hold a record.
    case logS, atMessage, raw, log, message, line, journalMessage, msg, textPayload, original, data
    // What tells the server, the kind of record or its parts; never unwrapped.
    case protoPayload, kind, apiVersion, messageType, auditID, stage, requestURI, verb, annotations
    case requestObject, responseObject
    case logStream, pod, node, host, file, labels, stream, category, logTag
    case field, value, columns, rows, name
    case columnAuditID, columnRequestURI
    case other

    static func < (left: Key, right: Key) -> Bool { left.rawValue < right.rawValue }

    /// Arrays that are read element by element where an object is too big to be held.
    var holdsRecords: Bool { self <= .tables }

    /// Members whose strings and objects may hold an event.
    var mayHoldEvent: Bool { self <= .data }

    init(_ name: ByteRun) {
        self = .other
        guard name.count < Key.byLength.count else { return }
        for (text, key) in Key.byLength[name.count] where name.equals(text) {
            self = key
            return
        }
    }

    private static let byLength: [[(StaticString, Key)]] = {
        var table: [[(StaticString, Key)]] = []
        for entry in names {
            while table.count <= entry.0.utf8CodeUnitCount { table.append([]) }
            table[entry.0.utf8CodeUnitCount].append(entry)
        }
        return table
    }()

    private static let names: [(StaticString, Key)] = [
        ("records", .records), ("Records", .records), ("logEvents", .logEvents),
        ("events", .events), ("items", .items), ("results", .results), ("hits", .hits),
        ("streams", .streams), ("values", .values), ("tables", .tables),
        ("kubernetes", .kubernetes), ("audit", .audit), ("_source", .source),
        ("fields", .fields), ("properties", .properties), ("jsonPayload", .jsonPayload),
        ("result", .result), ("response", .resultBag), ("rawResponse", .resultBag),
        ("log_s", .logS), ("@message", .atMessage), ("_raw", .raw), ("log", .log),
        ("Log", .log), ("message", .message), ("Message", .message), ("line", .line),
        ("Line", .line), ("MESSAGE", .journalMessage), ("msg", .msg),
        ("textPayload", .textPayload), ("original", .original), ("data", .data),
        ("protoPayload", .protoPayload), ("protopayload_auditlog", .protoPayload),
        ("kind", .kind), ("apiVersion", .apiVersion), ("messageType", .messageType),
        ("auditID", .auditID), ("stage", .stage), ("requestURI", .requestURI),
        ("verb", .verb), ("annotations", .annotations), ("requestObject", .requestObject),
        ("responseObject", .responseObject),
        ("logStreamName", .logStream), ("logStream", .logStream), ("@logStream", .logStream),
        ("pod", .pod), ("pod_s", .pod), ("PodName", .pod), ("pod_name", .pod),
        ("node", .node), ("node_name", .node), ("nodename", .node), ("Computer", .node),
        ("host", .host), ("hostname", .host), ("instance", .host), ("_HOSTNAME", .host),
        ("compute.googleapis.com/resource_name", .node),
        ("file", .file), ("path", .file), ("filename", .file), ("source", .file),
        ("labels", .labels), ("stream", .stream), ("category", .category),
        ("Category", .category), ("logtag", .logTag), ("field", .field), ("value", .value),
        ("columns", .columns), ("rows", .rows), ("name", .name),
        ("AuditId", .columnAuditID), ("RequestUri", .columnRequestURI),
    ]
}

extension JSONWriter {
    /// A string field as it is, escaped or not.
    mutating func string(_ field: EnvelopeField) {
        if field.form == .json, field.value.first == ASCII.quote {
            json(field.value)
        } else {
            text(field.value)
        }
    }
}
