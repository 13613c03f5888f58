import Bytes

/// What the levels around a piece of JSON said: passed down while an envelope is taken off.
struct Wrapping {
    /// More envelopes inside envelopes than any platform makes.
    static let maximumDepth = 16

    var hint: EnvelopeHint
    /// The apiVersion of the EventList around, whose items carry none of their own.
    var listVersion: String?
    var depth = 0
    /// Below `_source` and the like, where dots in annotation keys may have become underscores.
    var mayLackDots = false
    /// The record comes from a stream of another component: what is no event there is no loss.
    var isOtherStream = false
    /// Where lines are counted from, while the bytes are those of the source itself.
    var lineOrigin: UnsafePointer<UInt8>?

    init(position: Int64) {
        hint = EnvelopeHint(position: position)
    }

    /// The same, for bytes that are a decoded copy: positions stay those of the record.
    var inside: Wrapping {
        var copy = self
        copy.lineOrigin = nil
        return copy
    }

    /// Moves the position to an element of the record.
    mutating func advance(to place: UnsafePointer<UInt8>) {
        guard let origin = lineOrigin, place > origin else { return }
        hint.position += Int64(ByteRun(start: origin, count: place - origin).newlines(0, .max))
        lineOrigin = place
    }

    /// Takes in what the members of one level say about the server, and of which stream they are.
    mutating func learn(_ fields: [EnvelopeField]) {
        var best: (key: Key, name: ByteRun)?
        for field in fields {
            switch field.key {
            case .logStream:
                let stream = field.characters
                if StreamName.isOther(stream) { isOtherStream = true }
                if !stream.isEmpty { best = prefer(best, .logStream, stream) }
            case .pod, .node, .host, .file:
                if let name = Wrapping.name(field), !name.isEmpty {
                    best = prefer(best, field.key, name)
                }
            case .labels, .stream, .kubernetes:
                guard field.isObject else { continue }
                for inner in Unwrapper.fields(of: field.value) {
                    switch inner.key {
                    case .logStream, .pod, .node, .host, .file:
                        if let name = Wrapping.name(inner) { best = prefer(best, inner.key, name) }
                    default: continue
                    }
                }
            case .category:
                let category = field.characters
                if !category.hasPrefix("kube-audit") { isOtherStream = true }
            default: continue
            }
        }
        guard let best else { return }
        if best.key == .file {
            if hint.server == nil { hint.server = ServerFromPath.server(path: best.name.text) }
        } else if !(hint.server?.utf8.elementsEqual(best.name) ?? false) {
            hint.server = best.name.text
        }
    }

    /// The earlier case of `Key` is the stronger sign.
    private func prefer(
        _ best: (key: Key, name: ByteRun)?, _ key: Key, _ name: ByteRun
    ) -> (key: Key, name: ByteRun)? {
        guard !name.isEmpty else { return best }
        if let best, best.key <= key { return best }
        return (key, name)
    }

    /// A name as text, or the `name` or `hostname` of an object that describes a host.
    private static func name(_ field: EnvelopeField) -> ByteRun? {
        if field.isString { return field.characters }
        guard field.isObject else { return nil }
        for inner in Unwrapper.fields(of: field.value)
        where inner.isString && (inner.key == .name || inner.key == .host || inner.key == .file) {
            return inner.characters
        }
        return nil
    }
}

/// Where events and rejects go.
struct Sink {
    let emit: (ByteRun, EnvelopeHint) -> Void
    let reject: (Int64, String) -> Void
}
