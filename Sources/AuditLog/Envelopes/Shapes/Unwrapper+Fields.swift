import Bytes

/// Objects, pairs and arrays taken apart into fields and elements, without looking deeper.
extension Unwrapper {
    static func fields(of json: ByteRun) -> [EnvelopeField] {
        guard let base = json.baseAddress, json.first == ASCII.openBrace else { return [] }
        var scan = ValueScan()
        guard case .closed = scan.scan(base, count: json.count) else { return [] }
        return fields(json, scan.members)
    }

    static func fields(_ json: ByteRun, _ members: [ValueScan.Member]) -> [EnvelopeField] {
        var fields: [EnvelopeField] = []
        fields.reserveCapacity(members.count)
        for member in members where member.end >= member.start {
            fields.append(
                EnvelopeField(
                    name: json.run(Int(member.keyStart), Int(member.keyEnd)),
                    value: json.run(Int(member.start), Int(member.end)), form: .json))
        }
        return fields
    }

    /// Where the value that starts at `start` ends: an array's element, up to the comma for
    /// scalars.
    static func valueEnd(_ json: ByteRun, from start: Int) -> Int? {
        guard let base = json.baseAddress, start < json.count else { return nil }
        switch json[start] {
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote:
            var scan = ValueScan()
            guard case .closed = scan.scan(base + start, count: json.count - start) else {
                return nil
            }
            return start + scan.offset
        default:
            var end = start
            while end < json.count, json[end] != ASCII.comma, json[end] != ASCII.closeBracket,
                !ASCII.isSpace(json[end])
            {
                end += 1
            }
            return end == start ? nil : end
        }
    }

    static func elementRanges(_ array: ByteRun) -> [ByteRun] {
        guard array.first == ASCII.openBracket else { return [] }
        var elements: [ByteRun] = []
        var index = 1
        while index < array.count - 1 {
            if ASCII.isSpace(array[index]) || array[index] == ASCII.comma {
                index += 1
            } else if let end = valueEnd(array, from: index) {
                elements.append(array.run(index, end))
                index = end
            } else {
                break
            }
        }
        return elements
    }

    static func isContainer(_ json: ByteRun) -> Bool {
        json.first == ASCII.openBrace || json.first == ASCII.openBracket
            || json.first == ASCII.quote
    }

    static func isWholeObject(_ text: ByteRun) -> Bool {
        let trimmed = text.trimmed
        guard let base = trimmed.baseAddress, trimmed.first == ASCII.openBrace else { return false }
        var scan = ValueScan()
        if case .closed = scan.scan(base, count: trimmed.count) { return true }
        return false
    }

    /// `[{"field":"@message","value":"…"},…]`: a row of a CloudWatch query.
    static func isPairs(_ array: ByteRun) -> Bool {
        var index = 1
        while index < array.count, ASCII.isSpace(array[index]) { index += 1 }
        guard index < array.count, array[index] == ASCII.openBrace,
            let end = valueEnd(array, from: index)
        else { return false }
        let fields = fields(of: array.run(index, end))
        return fields.contains { $0.key == .field } && fields.contains { $0.key == .value }
    }

    static func pairs(_ array: ByteRun) -> [EnvelopeField] {
        elementRanges(array).compactMap { element in
            let fields = fields(of: element)
            guard let name = fields.first(where: { $0.key == .field }),
                let value = fields.first(where: { $0.key == .value })
            else { return nil }
            return EnvelopeField(name: name.characters, value: value.value, form: .json)
        }
    }
}

extension EnvelopeField {
    /// The value may be a JSON object or array, or a string of one.
    var looksLikeJSON: Bool {
        if isObject || isArray { return true }
        guard isString else { return false }
        let first = characters.first
        return first == ASCII.openBrace || first == ASCII.openBracket
    }
}
