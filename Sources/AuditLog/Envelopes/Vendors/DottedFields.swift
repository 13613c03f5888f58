import Bytes

/// Events as search engines keep them: flattened to dotted names, or with dots taken away.
///
/// `kubernetes.audit.user.username` becomes a member of an object again, and an annotation such as
/// `authorization_k8s_io/decision` gets its dots back.
enum DottedFields {
    static let prefix: StaticString = "kubernetes.audit."

    /// Members that are lists even when they hold one element.
    private static let lists: Set<String> = [
        "sourceIPs", "user.groups", "impersonatedUser.groups",
    ]

    // MARK: - Flattened

    /// The event that the `kubernetes.audit.` members of a hit spell out.
    static func event(_ fields: [EnvelopeField]) -> (event: JSONWriter, isTruncated: Bool) {
        var leaves: [(path: [String], value: ByteRun, form: EnvelopeField.Form)] = []
        for field in fields where field.name.hasPrefix(prefix) {
            let name = field.name.run(from: prefix.utf8CodeUnitCount).text
            guard !name.hasSuffix(".keyword") else { continue }
            leaves.append((path(of: name), value(of: field, name), field.form))
        }
        leaves.sort { $0.path.lexicographicallyPrecedes($1.path) }
        var writer = JSONWriter()
        writer.open("{")
        let names = Set(leaves.compactMap(\.path.first))
        if !names.contains("kind") {
            writer.key("kind")
            writer.text("Event")
        }
        if !names.contains("apiVersion") {
            writer.key("apiVersion")
            writer.text("audit.k8s.io/v1")
        }
        write(leaves[...], depth: 0, &writer)
        writer.close("}")
        return (writer, false)
    }

    /// Annotation keys keep their dots; everything else splits at them.
    private static func path(of name: String) -> [String] {
        let annotations = "annotations."
        if name.hasPrefix(annotations) {
            var key = String(name.dropFirst(annotations.count))
            return ["annotations", key.withUTF8 { String(decoding: withDots($0), as: UTF8.self) }]
        }
        return name.split(separator: ".").prefix(32).map(String.init)
    }

    /// The fields API of a search wraps every value in a list.
    private static func value(of field: EnvelopeField, _ name: String) -> ByteRun {
        guard field.isArray, !lists.contains(name) else { return field.value }
        return Unwrapper.elementRanges(field.value).first ?? field.value
    }

    private static func write(
        _ leaves: ArraySlice<(path: [String], value: ByteRun, form: EnvelopeField.Form)>,
        depth: Int,
        _ writer: inout JSONWriter
    ) {
        var rest = leaves
        while let first = rest.first {
            guard depth < first.path.count else {
                rest = rest.dropFirst()
                continue
            }
            let name = first.path[depth]
            let same = rest.prefix { $0.path.count > depth && $0.path[depth] == name }
            rest = rest.dropFirst(same.count)
            writer.key(name.utf8)
            if first.path.count == depth + 1 {
                leaf(
                    first.value, first.form,
                    isList: lists.contains(first.path.joined(separator: ".")), &writer)
            } else {
                writer.open("{")
                write(same, depth: depth + 1, &writer)
                writer.close("}")
            }
        }
    }

    private static func leaf(
        _ value: ByteRun, _ form: EnvelopeField.Form, isList: Bool, _ writer: inout JSONWriter
    ) {
        let isWrapped = isList && !(form == .json && value.first == ASCII.openBracket)
        if isWrapped { writer.open("[") }
        if form == .json {
            writer.json(value)
        } else if !value.isEmpty, value.allSatisfy(ASCII.isDigit) {
            writer.json(value)
        } else {
            writer.text(value)
        }
        if isWrapped { writer.close("]") }
    }

    // MARK: - Dots taken away

    /// Some annotation key of the event has lost its dots, or was split at them.
    static func lackDots(_ annotations: ByteRun) -> Bool {
        annotations.contains("k8s_io") || annotations.contains("kubernetes_io")
            || Unwrapper.fields(of: annotations).contains { $0.isObject }
    }

    /// The event with the dots of its annotation keys put back.
    static func withDots(_ fields: [EnvelopeField], annotations: Int) -> JSONWriter {
        var writer = JSONWriter()
        writer.open("{")
        for (index, field) in fields.enumerated() {
            writer.key(escaped: field.name)
            if index == annotations {
                writer.open("{")
                writeAnnotations(field.value, under: [], depth: 0, &writer)
                writer.close("}")
            } else {
                writer.json(field.value)
            }
        }
        writer.close("}")
        return writer
    }

    private static func writeAnnotations(
        _ object: ByteRun, under prefix: [UInt8], depth: Int, _ writer: inout JSONWriter
    ) {
        guard depth < 16 else { return }
        for field in Unwrapper.fields(of: object) {
            var key = prefix
            key.append(contentsOf: withDots(field.name))
            if field.isObject {
                key.append(ASCII.dot)
                writeAnnotations(field.value, under: key, depth: depth + 1, &writer)
            } else {
                key.withUnsafeBufferPointer { writer.key(escaped: $0) }
                writer.json(field.value)
            }
        }
    }

    /// A domain holds no underscore, so each one in front of the slash was a dot.
    private static func withDots(_ key: ByteRun) -> [UInt8] {
        let slash = key.index(of: ASCII.slash) ?? key.count
        let domain = key.run(0, slash)
        guard domain.hasSuffix("k8s_io") || domain.hasSuffix("kubernetes_io") else {
            return Array(key)
        }
        return domain.map { $0 == ASCII.underscore ? ASCII.dot : $0 } + key.run(from: slash)
    }
}
