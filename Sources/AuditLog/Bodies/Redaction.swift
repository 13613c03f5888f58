import Bytes

/// Takes out of a body what must not be kept; pure, from a document to a smaller one.
///
/// `BodyReader` calls it for every body. Objects that are secret as a whole (Secrets, tokens,
/// reviews, certificate requests) go wherever they stand: alone, in lists, in watch events, in
/// templates. Of all others the values stay that stand under a name which is known to be harmless
/// (`HarmlessFields`): secrets have more names than any list of theirs. What users fill at will
/// goes besides, whatever it is called, and what has no known shape goes whole.
struct Redaction {
    /// What stands in the place of a value that was dropped.
    static let dropped = JSONValue.string("(dropped)")

    /// What the request says of its bodies, which may not say it themselves.
    struct Target {
        var group: String
        var resource: String
        var subresource: String
        /// The body is what a client wants changed, not a whole object.
        var isPatch: Bool
    }

    private static let opaqueSubresources: Set<String> = [
        "token", "exec", "attach", "portforward", "proxy", "log",
    ]

    /// Whether bodies of a request are kept at all, whatever they hold.
    static func keepsBodies(of target: Target) -> Bool {
        !target.resource.isEmpty && !opaqueSubresources.contains(target.subresource.lowercased())
            && !SensitiveWords.isSensitive(group: target.group)
            && !SensitiveWords.isSensitive(kind: target.resource)
            && !SensitiveWords.isSensitive(kind: target.subresource)
    }

    /// The body without its secrets; nil where nothing of it may be kept.
    static func redacted(_ body: JSONValue, of target: Target) -> JSONValue? {
        guard keepsBodies(of: target) else { return nil }
        let isConfigMap = target.resource.lowercased() == "configmaps"
        if case .array(let operations) = body {
            guard target.isPatch else { return nil }
            return jsonPatch(operations, keepsValues: !isConfigMap)
        }
        guard let members = body.members else { return nil }
        guard target.isPatch || isKnownShape(body) else { return nil }
        let clean = object(members, .plain)
        return clean == dropped ? nil : clean
    }

    /// An object that says what it is, or an event of a watch around one.
    private static func isKnownShape(_ body: JSONValue) -> Bool {
        if body["kind"]?.string != nil, body["apiVersion"]?.string != nil { return true }
        guard body["type"]?.string != nil, let object = body["object"] else { return false }
        return object["kind"]?.string != nil && object["apiVersion"]?.string != nil
    }

    // MARK: Documents

    /// Where a value stands, as far as that decides what may be kept of it.
    private enum Place {
        case plain
        case annotations
        /// Below a name that speaks of something confidential: identities alone.
        case confidential
        /// A Status, whose sentences quote what was wrong.
        case status
    }

    private static let longestText = 1_024
    private static let longestAnnotation = 256
    private static let longestName = 320

    private static func value(_ value: JSONValue, _ place: Place) -> JSONValue {
        switch value {
        case .null, .bool: value
        case .number: place == .confidential ? dropped : value
        case .string(let text):
            place == .confidential || mayHide(text, place) ? dropped : value
        case .array(let items): .array(items.map { Redaction.value($0, place) })
        case .object(let members): object(members, place == .annotations ? .plain : place)
        }
    }

    private static func mayHide(_ text: String, _ place: Place) -> Bool {
        let longest = place == .annotations ? longestAnnotation : longestText
        return SensitiveWords.mayHide(text: text, longest: longest)
    }

    private static func object(_ members: [JSONValue.Member], _ place: Place) -> JSONValue {
        var inner = place
        // Go took keys in any case for a long time, and one may come twice: each of them counts.
        for member in members {
            guard let text = member.value.string else { continue }
            switch member.name.lowercased() {
            case "kind":
                if SensitiveWords.isSensitive(kind: text) { return dropped }
                if text == "Status" { inner = .status }
            case "apiversion", "apigroup":
                if SensitiveWords.isSensitive(group: text) { return dropped }
            default: break
            }
        }
        if looksLikeSecret(members) { return dropped }
        let isMixed = members.contains { $0.name == "kind" && $0.value == .string("List") }
        let isSelector = members.contains { $0.name == "operator" }
        return .object(
            members.compactMap { member in
                guard member.name.utf8.count <= longestName else { return nil }
                let given = isMixed ? typedItems(of: member) : member.value
                return JSONValue.Member(
                    member.name, field(member.name, given, inner, isSelector: isSelector))
            })
    }

    /// A Secret that leaves its kind to the list or the request around it.
    private static func looksLikeSecret(_ members: [JSONValue.Member]) -> Bool {
        let names = Set(members.map { $0.name.lowercased() })
        return names.contains("stringdata") || names.isSuperset(of: ["type", "data"])
    }

    /// The items of a list of anything that say what they are, with the others dropped.
    private static func typedItems(of member: JSONValue.Member) -> JSONValue {
        guard member.name == "items", case .array(let items) = member.value else {
            return member.value
        }
        return .array(items.map { $0["kind"]?.string == nil ? dropped : $0 })
    }

    /// What may be kept of a member of an object.
    private static func field(
        _ name: String, _ value: JSONValue, _ place: Place, isSelector: Bool
    ) -> JSONValue {
        if value == .null { return value }
        // Directives of strategic merge patches name lists of values.
        if name.hasPrefix("$") { return name == "$patch" ? Redaction.value(value, place) : dropped }
        let word = SensitiveWords.plain(name)
        if word == "env" { return environment(value) }
        if SensitiveWords.opaque.contains(word) { return dropped }
        if word == "annotations", case .object(let annotations) = value {
            return Redaction.annotations(annotations)
        }
        if word == "value" || word == "values", !isSelector { return withoutTexts(value) }
        if place == .status, word == "message" { return dropped }
        if HarmlessFields.maps.contains(word), case .object(let entries) = value {
            return map(entries, place)
        }
        if SensitiveWords.mayHide(word) { return Redaction.value(value, .confidential) }
        if place == .confidential, SensitiveWords.identities.contains(word) {
            return Redaction.value(value, .plain)
        }
        return HarmlessFields.names.contains(word)
            ? Redaction.value(value, place) : withoutLeaves(value, place)
    }

    /// A map whose names are the user's and whose values are labels or quantities.
    private static func map(_ members: [JSONValue.Member], _ place: Place) -> JSONValue {
        .object(
            members.compactMap { member in
                guard member.name.utf8.count <= longestName else { return nil }
                let isSensitive = SensitiveWords.mayHide(SensitiveWords.plain(member.name))
                return JSONValue.Member(
                    member.name, isSensitive ? dropped : value(member.value, place))
            })
    }

    /// What stands under a name that nobody knows: objects are looked into, values go.
    private static func withoutLeaves(_ value: JSONValue, _ place: Place) -> JSONValue {
        switch value {
        case .null, .bool: value
        case .number, .string: dropped
        case .array(let items): .array(items.map { withoutLeaves($0, place) })
        case .object(let members): object(members, place)
        }
    }

    private static func annotations(_ members: [JSONValue.Member]) -> JSONValue {
        .object(
            members.compactMap { member in
                guard member.name.utf8.count <= longestName else { return nil }
                let isDocument = member.name.hasSuffix("last-applied-configuration")
                let isSensitive = SensitiveWords.mayHide(SensitiveWords.plain(member.name))
                let isOwn = HarmlessFields.isOwn(annotation: member.name)
                let kept =
                    isDocument || isSensitive || !isOwn
                    ? dropped : value(member.value, .annotations)
                return JSONValue.Member(member.name, member.value == .null ? .null : kept)
            })
    }

    /// The names of environment variables, in their order, without what they hold.
    private static func environment(_ variables: JSONValue) -> JSONValue {
        guard case .array(let items) = variables else { return dropped }
        return .array(
            items.map { item in
                guard let name = item["name"]?.string, name.utf8.count <= longestName,
                    !SensitiveWords.mayHide(text: name, longest: longestName)
                else { return dropped }
                return .object([JSONValue.Member("name", .string(name))])
            })
    }

    /// A value of unknown meaning: a number tells nothing, a text may tell everything.
    private static func withoutTexts(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: value
        case .string, .array, .object: dropped
        }
    }

    // MARK: JSON patches

    private static let operationNames: Set<String> = [
        "add", "remove", "replace", "move", "copy", "test",
    ]

    /// Operations with their paths; values stay where the path is one of metadata's own.
    private static func jsonPatch(
        _ operations: [JSONValue], keepsValues: Bool
    ) -> JSONValue? {
        var kept: [JSONValue] = []
        for operation in operations {
            guard let name = operation["op"]?.string, operationNames.contains(name),
                let path = operation["path"]?.string,
                !SensitiveWords.mayHide(text: path, longest: longestText)
            else { return nil }
            var members = [
                JSONValue.Member("op", .string(name)), JSONValue.Member("path", .string(path)),
            ]
            if let from = operation["from"]?.string,
                !SensitiveWords.mayHide(text: from, longest: longestText)
            {
                members.append(JSONValue.Member("from", .string(from)))
            }
            if let value = operation["value"] {
                let stays = keepsValues && isHarmless(path: path)
                members.append(
                    JSONValue.Member("value", stays ? Redaction.value(value, .plain) : dropped))
            }
            kept.append(.object(members))
        }
        return .array(kept)
    }

    private static let harmlessPaths = [
        "/metadata/finalizers", "/metadata/ownerReferences", "/metadata/labels",
        "/metadata/deletionTimestamp", "/metadata/resourceVersion", "/metadata/uid",
        "/spec/finalizers", "/spec/replicas", "/spec/paused", "/spec/unschedulable",
    ]

    private static func isHarmless(path: String) -> Bool {
        let isListed = harmlessPaths.contains { path == $0 || path.hasPrefix($0 + "/") }
        return isListed && !SensitiveWords.mayHide(SensitiveWords.plain(path))
    }
}
