import Bytes
import CSimdjson
import KubeAPI

/// Finds which fields of the catalogue's table the bodies of a request have.
///
/// For requests that are about one object of a kind that has such fields; lists and watches are
/// left out, since what they show is in the answers of writes too.
struct FieldFinder {
    /// Sets of fields whose text is kept.
    private static let mostSets = 4_096

    private enum Known {
        case unasked
        /// A resource whose kind no release added a field to.
        case plain
        case fields(FieldLevel, kind: String)
    }

    /// By resource id.
    private var known: [Known] = []
    private var found: [UInt16] = []
    private var texts: [[UInt16]: String] = [:]

    /// What the bodies show; nil where nothing is to be learned from them.
    mutating func sighting(
        _ event: Slots<EventField>, _ tokens: inout CSJTokens, _ limit: UInt32,
        _ request: Request, index: Int, names: inout Names
    ) -> FieldSighting? {
        let (sent, shown) = (event[.requestObject], event[.responseObject])
        guard sent.kind == .object || shown.kind == .object else { return nil }
        switch request.verb {
        case .get, .create, .update, .patch: break
        default: return nil
        }
        guard case .fields(let level, let kind) = fields(of: request.resource, names) else {
            return nil
        }
        var sighting = FieldSighting(request: index, name: request.name)
        if sent.kind == .object {
            sighting.sent = fields(
                in: sent, level, kind, isWhole: request.verb != .patch, &tokens, limit, &names)
        }
        if shown.kind == .object {
            sighting.shown = fields(
                in: shown, level, kind, isWhole: true, &tokens, limit, &names)
        }
        if sighting.shown != nil {
            sighting.version = Int64(level.resourceVersion.text.text) ?? 0
            if sighting.name == 0, level.name.isSaid {
                sighting.name = names.strings.intern(repairing: level.name.text)
            }
        }
        let isWrite = request.verb == .update || request.verb == .patch
        let isSeen = sighting.sent != nil || sighting.shown != nil
        return isSeen && (isWrite || !sighting.isEmpty) ? sighting : nil
    }

    /// The paths of the fields in a body, one a line; nil for what is no object of the kind.
    private mutating func fields(
        in body: CSJValue, _ level: FieldLevel, _ kind: String, isWhole: Bool,
        _ tokens: inout CSJTokens, _ limit: UInt32, _ names: inout Names
    ) -> UInt32? {
        found.removeAll(keepingCapacity: true)
        guard level.find(at: body.token, &tokens, limit, into: &found) != nil else { return nil }
        let said = level.kind.text
        guard said.elementsEqual(kind.utf8) || said.isEmpty && !isWhole else { return nil }
        if found.isEmpty { return 0 }
        // Each item of a list may have it.
        found.sort()
        let numbers = found.indices.filter { $0 == 0 || found[$0] != found[$0 - 1] }.map {
            found[$0]
        }
        return names.strings.intern(text(of: numbers))
    }

    private mutating func text(of fields: [UInt16]) -> String {
        if let text = texts[fields] { return text }
        let text = fields.map { Catalogue.fields[Int($0)].path }.joined(separator: "\n")
        // Bodies with ever other fields must not fill memory.
        if texts.count >= FieldFinder.mostSets { texts.removeAll() }
        texts[fields] = text
        return text
    }

    private mutating func fields(of resource: UInt32, _ names: borrowing Names) -> Known {
        let id = Int(resource)
        while known.count <= id { known.append(.unasked) }
        if case .unasked = known[id] {
            known[id] = FieldFinder.look(names.groupVersionResource(resource))
        }
        return known[id]
    }

    private static func look(_ resource: GroupVersionResource) -> Known {
        guard let numbers = Catalogue.fieldNumbers[resource], let first = numbers.first else {
            return .plain
        }
        let paths = numbers.map { (UInt16($0), Substring(Catalogue.fields[$0].path)) }
        return .fields(FieldLevel(paths, isObject: true), kind: Catalogue.fields[first].kind)
    }
}
