import Bytes
import KubeAPI

/// Reads JSON bodies as they stream by, and keeps of objects what the object graph needs.
///
/// Fed with slices of any size; holds no document, only the text it is in the middle of. It is no
/// validator: it follows brackets, strings and the keys it knows. What breaks that is `isBroken`,
/// and what was whole before stays said. Several documents in a row are a watch stream.
struct ObjectWalk {
    /// What the walk found to be whole.
    enum Found {
        /// An item of a list or a row of a table, and what the document around it says.
        case item(ShownObject, ListContext)
        /// A document, and the object of the event that it is, if it is one.
        case document(ObjectDraft, ShownObject?)
    }

    /// What the document around an object says of it.
    struct ListContext {
        var list = ShownObject()
        var event = ObjectDraft.Event.none
    }

    /// Where in a document the walk is; only what is wanted has a role, the rest is passed over.
    enum Role: UInt8 {
        case root, object, row, metadata, owner, spec, details, preconditions
        case items, rows, owners, finalizers, specFinalizers, dryRun

        var isArray: Bool { rawValue >= Role.items.rawValue }
    }

    private enum State: UInt8 {
        case value, keyOrEnd, key, string, literal, colon, commaOrEnd, skip, skipString
        case broken
    }

    /// Longer texts are cut: no name is as long, and of messages the beginning tells.
    private static let longestText = 1_024
    private static let deepest = 16

    private var state = State.value
    var roles: [Role] = []
    var drafts: [ObjectDraft] = []
    private var eventObject: ShownObject?
    var owner = ObjectWalk.emptyOwner
    var key = JSONKey.none
    var text: [UInt8] = []
    private var isEscaped = false
    /// Hex digits of an escape still to come, and their value.
    private var unicodeLeft = 0
    private var unicode: UInt32 = 0
    private var highSurrogate: UInt32 = 0
    private var skipDepth = 0
    private(set) var isBroken = false
    /// Names of objects are secrets themselves.
    var hidesNames = false
    /// Documents that ended.
    private(set) var documents = 0

    private static let emptyOwner = OwnerReference(
        group: 0, version: 0, kind: 0, name: 0, uid: .none, isController: false,
        blocksDeletion: false)

    init() {}

    /// The document at hand, as far as it is known.
    var open: ObjectDraft? { drafts.first }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, _ names: inout Names,
        _ found: (Found) -> Void
    ) {
        var at = 0
        while at < bytes.count {
            switch state {
            case .skip, .skipString: skip(bytes, &at, found)
            case .string, .key: readString(bytes, &at, &names)
            case .literal: readLiteral(bytes, &at, &names)
            case .broken: return
            default:
                let byte = bytes[at]
                at &+= 1
                if byte == 32 || byte == 10 || byte == 13 || byte == 9 { continue }
                structural(byte, &names, found)
            }
        }
    }

    // MARK: Structure

    private mutating func structural(
        _ byte: UInt8, _ names: inout Names, _ found: (Found) -> Void
    ) {
        switch state {
        case .value: beginValue(byte, found)
        case .keyOrEnd:
            if byte == UInt8(ascii: "\"") {
                beginText(.key)
            } else if byte == UInt8(ascii: "}") {
                close(found)
            } else if byte != UInt8(ascii: ",") {
                fail()
            }
        case .colon:
            if byte == UInt8(ascii: ":") { state = .value } else { fail() }
        default:
            let isArray = roles.last?.isArray ?? false
            if byte == UInt8(ascii: ",") {
                state = isArray ? .value : .keyOrEnd
            } else if byte == UInt8(ascii: "}") && !isArray || byte == UInt8(ascii: "]") && isArray
            {
                close(found)
            } else {
                fail()
            }
        }
    }

    private mutating func beginValue(_ byte: UInt8, _ found: (Found) -> Void) {
        let role = roles.last
        switch byte {
        case UInt8(ascii: "{"):
            if let child = childObject(role), roles.count < ObjectWalk.deepest {
                push(child)
            } else {
                skipDepth = 1
                state = .skip
            }
        case UInt8(ascii: "["):
            if let child = childArray(role), roles.count < ObjectWalk.deepest {
                roles.append(child)
                if child == .dryRun || child == .specFinalizers { text.removeAll() }
                state = .value
            } else {
                skipDepth = 1
                state = .skip
            }
        case UInt8(ascii: "]") where role?.isArray == true: close(found)
        case UInt8(ascii: "\""):
            if role == nil { return fail() }
            isWanted(role) ? beginText(.string) : skipText()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(
                ascii: "a")...UInt8(
                ascii: "z"):
            if role == nil { return fail() }
            text.removeAll(keepingCapacity: true)
            text.append(byte)
            state = .literal
        default: fail()
        }
    }

    private func childObject(_ role: Role?) -> Role? {
        switch (role, key) {
        case (nil, _): .root
        case (.items, _): .object
        case (.rows, _): .row
        case (.owners, _): .owner
        case (.root, .metadata), (.object, .metadata): .metadata
        case (.root, .object), (.row, .object): .object
        case (.root, .details), (.object, .details): .details
        case (.root, .preconditions): .preconditions
        case (.root, .spec), (.object, .spec): .spec
        default: nil
        }
    }

    private func childArray(_ role: Role?) -> Role? {
        switch (role, key) {
        case (.root, .items): .items
        case (.root, .rows), (.object, .rows): .rows
        case (.metadata, .ownerReferences): .owners
        case (.metadata, .finalizers): .finalizers
        case (.spec, .finalizers): .specFinalizers
        case (.root, .dryRun): .dryRun
        default: nil
        }
    }

    private func isWanted(_ role: Role?) -> Bool {
        switch role {
        case .finalizers, .specFinalizers, .dryRun: true
        case .root, .object, .metadata, .owner, .details, .preconditions: key != .none
        default: false
        }
    }

    private mutating func push(_ role: Role) {
        roles.append(role)
        if role == .root {
            drafts = [ObjectDraft()]
            eventObject = nil
        } else if role == .object {
            drafts.append(ObjectDraft())
        } else if role == .owner {
            owner = ObjectWalk.emptyOwner
        } else if role == .details {
            withDraft { $0.hasDetails = true }
        }
        state = .keyOrEnd
    }

    private mutating func close(_ found: (Found) -> Void) {
        guard let role = roles.popLast() else { return fail() }
        state = .commaOrEnd
        switch role {
        case .root:
            if let root = drafts.first { found(.document(root, eventObject)) }
            drafts.removeAll(keepingCapacity: true)
            documents += 1
            state = .value
            key = .none
        case .object:
            guard drafts.count > 1, let object = drafts.popLast() else { return fail() }
            if roles.last == .root {
                eventObject = object.object
            } else if let root = drafts.first, let list = drafts.last {
                // Rows and items leave it to the list around them, of events too.
                found(.item(object.object, ListContext(list: list.object, event: root.event)))
            }
        case .owner:
            let owner = self.owner
            withDraft { $0.object.add(owner: owner) }
        default: break
        }
    }

    mutating func withDraft(_ body: (inout ObjectDraft) -> Void) {
        guard !drafts.isEmpty else { return }
        body(&drafts[drafts.count - 1])
    }

    private mutating func fail() {
        state = .broken
        isBroken = true
    }

    // MARK: Passing over

    /// Passes over strings and nested values that nobody wants.
    private mutating func skip(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ found: (Found) -> Void
    ) {
        var place = at
        let end = bytes.count
        var depth = skipDepth
        var inString = state == .skipString
        var escaped = isEscaped
        scan: while place < end {
            if inString {
                if escaped {
                    escaped = false
                    place &+= 1
                    continue
                }
                place = ObjectWalk.endOfPlain(bytes, place)
                guard place < end else { break }
                if bytes[place] == UInt8(ascii: "\\") { escaped = true } else { inString = false }
                place &+= 1
                if !inString, depth == 0 { break scan }
                continue
            }
            let byte = bytes[place]
            place &+= 1
            if byte == UInt8(ascii: "\"") {
                inString = true
            } else if byte | 0x20 == UInt8(ascii: "{") {
                depth &+= 1
            } else if byte | 0x20 == UInt8(ascii: "}") {
                depth &-= 1
                if depth == 0 { break scan }
            }
        }
        at = place
        skipDepth = depth
        isEscaped = escaped
        state = inString ? .skipString : depth == 0 ? .commaOrEnd : .skip
    }

    /// The first quote or backslash at or behind a place.
    @inline(__always)
    private static func endOfPlain(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        guard let base = bytes.run.baseAddress else { return start }
        return JSONText.nextSpecial(base, start, bytes.count, stopsAtControls: false)
    }

    // MARK: Texts

    private mutating func beginText(_ next: State) {
        text.removeAll(keepingCapacity: true)
        isEscaped = false
        state = next
    }

    private mutating func skipText() {
        skipDepth = 0
        isEscaped = false
        state = .skipString
    }

    private mutating func readString(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ names: inout Names
    ) {
        while at < bytes.count {
            if isEscaped || unicodeLeft > 0 {
                escape(bytes[at])
                at &+= 1
                continue
            }
            let end = ObjectWalk.endOfPlain(bytes, at)
            // Nearly every key lies there in one piece, and is compared where it lies.
            if state == .key, text.isEmpty, highSurrogate == 0, end < bytes.count,
                bytes[end] == UInt8(ascii: "\"")
            {
                key = JSONKey(bytes.part(at, end - at))
                state = .colon
                at = end + 1
                return
            }
            append(bytes.part(at, end - at))
            guard end < bytes.count else {
                at = bytes.count
                return
            }
            at = end + 1
            if bytes[end] == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            if state == .key {
                key = text.withUnsafeBytes { JSONKey($0) }
                state = .colon
            } else {
                state = .commaOrEnd
                assign(&names)
            }
            return
        }
    }

    private mutating func append(_ part: UnsafeRawBufferPointer) {
        let room = ObjectWalk.longestText - text.count
        if room > 0 { text += part.part(0, room) }
    }

    private mutating func escape(_ byte: UInt8) {
        if unicodeLeft > 0 {
            unicodeLeft -= 1
            unicode = unicode << 4 | UInt32(Hex.value(byte) ?? 0)
            if unicodeLeft == 0 { appendUnicode() }
            return
        }
        isEscaped = false
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "u"):
            (unicodeLeft, unicode) = (4, 0)
            return
        case UInt8(ascii: "n"): plain = 10
        case UInt8(ascii: "r"): plain = 13
        case UInt8(ascii: "t"): plain = 9
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "f"): plain = 12
        default: plain = byte
        }
        if text.count < ObjectWalk.longestText { text.append(plain) }
    }

    private mutating func appendUnicode() {
        if unicode >> 10 == 0x36 {
            highSurrogate = unicode
            return
        }
        var value = unicode
        if unicode >> 10 == 0x37, highSurrogate != 0 {
            value = 0x10000 + (highSurrogate & 0x3FF) << 10 + unicode & 0x3FF
        }
        highSurrogate = 0
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        if text.count < ObjectWalk.longestText { text += Array(String(scalar).utf8) }
    }

    private mutating func readLiteral(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ names: inout Names
    ) {
        while at < bytes.count {
            let byte = bytes[at]
            let isPart =
                byte >= 48 && byte <= 57 || byte >= 97 && byte <= 122 || byte == 43 || byte == 45
                || byte == 46 || byte == 69
            guard isPart else {
                state = .commaOrEnd
                assignLiteral()
                return
            }
            if text.count < 32 { text.append(byte) }
            at &+= 1
        }
    }
}
