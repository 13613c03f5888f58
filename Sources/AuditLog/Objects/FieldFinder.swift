import Bytes
import KubeAPI

/// Says which fields of the catalogue's table the bodies of a request have.
///
/// For requests that are about one object of a kind that has such fields; lists and watches are
/// left out, since what they show is in the answers of writes too. The walk over an event marked
/// the paths already.
struct FieldFinder {
    /// Sets of fields whose text is kept.
    private static let mostSets = 4_096

    /// A resource whose kind has such fields.
    private struct Known {
        var kind: String
        /// Of its fields, in the order of the table.
        var paths: [(mark: Int, path: String)]
        var marks: FieldMarks
        /// Bodies of a kind mostly have the same fields.
        var last: (marks: FieldMarks, text: UInt32)
    }

    private struct Key: Hashable {
        var place: Int
        var marks: FieldMarks
    }

    /// By resource id: the place in `known` plus one; 0 for one without such fields, -1 for one
    /// that was not asked about.
    private var places: [Int] = []
    private var known: [Known] = []
    /// Ids in `Names.strings` of paths, one a line.
    private var texts: [Key: UInt32] = [:]

    /// What the bodies show; nil where nothing is to be learned from them.
    mutating func sighting(
        _ event: EventSlots, _ request: Request, index: Int, names: inout Names
    ) -> FieldSighting? {
        let (sent, shown) = (event.sent, event.answer)
        guard sent.isRead || shown.isRead else { return nil }
        switch request.verb {
        case .get, .create, .update, .patch: break
        default: return nil
        }
        let place = place(of: request.resource, names)
        guard place >= 0 else { return nil }
        var sighting = FieldSighting(request: index, name: request.name)
        sighting.sent = fields(in: sent, place, isWhole: request.verb != .patch, &names)
        sighting.shown = fields(in: shown, place, isWhole: true, &names)
        if sighting.shown != nil {
            sighting.version = shown.slots[.resourceVersion].text.revision
            if sighting.name == 0, shown.slots[.name].isSaid {
                sighting.name = names.strings.intern(repairing: shown.slots[.name].text)
            }
        }
        let isWrite = request.verb == .update || request.verb == .patch
        let isSeen = sighting.sent != nil || sighting.shown != nil
        return isSeen && (isWrite || !sighting.isEmpty) ? sighting : nil
    }

    /// The paths of the fields in a body, one a line; nil for what is no object of the kind.
    private mutating func fields(
        in body: Body, _ place: Int, isWhole: Bool, _ names: inout Names
    ) -> UInt32? {
        guard body.isRead else { return nil }
        let said = body.slots[.kind].text
        guard said.elementsEqual(known[place].kind.utf8) || said.isEmpty && !isWhole else {
            return nil
        }
        let marks = body.marks.intersection(known[place].marks)
        if marks == known[place].last.marks { return known[place].last.text }
        let text = text(of: marks, place, &names)
        known[place].last = (marks, text)
        return text
    }

    private mutating func text(
        of marks: FieldMarks, _ place: Int, _ names: inout Names
    ) -> UInt32 {
        if marks.isEmpty { return 0 }
        let key = Key(place: place, marks: marks)
        if let text = texts[key] { return text }
        let text = names.strings.intern(
            known[place].paths.filter { marks.contains($0.mark) }.map(\.path)
                .joined(separator: "\n"))
        // Bodies with ever other fields must not fill memory.
        if texts.count >= FieldFinder.mostSets { texts.removeAll() }
        texts[key] = text
        return text
    }

    /// The place of a resource in `known`; negative where no release added a field to its kind.
    private mutating func place(of resource: UInt32, _ names: borrowing Names) -> Int {
        let id = Int(resource)
        while places.count <= id { places.append(-1) }
        if places[id] < 0 { places[id] = look(names.groupVersionResource(resource)) }
        return places[id] - 1
    }

    private mutating func look(_ resource: GroupVersionResource) -> Int {
        guard let numbers = Catalogue.fieldNumbers[resource], let first = numbers.first else {
            return 0
        }
        let paths = numbers.map { Catalogue.fields[$0].path }
        let marks = paths.compactMap { FieldMarks.numbers[$0] }
        known.append(
            Known(
                kind: Catalogue.fields[first].kind,
                paths: Array(zip(marks, paths)), marks: FieldMarks(marks),
                last: (FieldMarks(), 0)))
        return known.count
    }
}
