import CSimdjson
import KubeAPI

/// What is looked for in a body, whatever it is about: fields of an object, and one mark for each
/// path at which a release added a field to some kind.
enum BodyPlan {
    /// Read by many threads at once, and never changed.
    nonisolated(unsafe) static let compiled = compilePlan(
        ObjectField.allCases.map(\.path),
        marks: FieldMarks.paths.map { $0.split(separator: ".").joined(separator: ">") })

    static func makeRoom() -> CSJInner {
        let count = ObjectField.allCases.count
        let inner = CSJInner(
            slots: .allocate(capacity: count), marks: .allocate(capacity: FieldMarks.words),
            isRead: false)
        inner.slots.initialize(repeating: CSJValue(), count: count)
        inner.marks.initialize(repeating: 0, count: FieldMarks.words)
        return inner
    }

    static func free(_ inner: CSJInner) {
        inner.slots.deallocate()
        inner.marks.deallocate()
    }
}

/// A body as the walk over its event found it.
struct Body {
    let value: CSJValue
    fileprivate let inner: CSJInner

    init(value: CSJValue, inner: CSJInner) {
        self.value = value
        self.inner = inner
    }

    /// An object that could be read to its end; only then its slots and marks say anything.
    var isRead: Bool { inner.isRead && value.kind == .object }
    var slots: Slots<ObjectField> { Slots(base: inner.slots) }
    var marks: FieldMarks { FieldMarks(inner.marks) }
}

/// Paths of the catalogue's table of fields, each with its mark, whatever kinds have them.
struct FieldMarks: Hashable {
    /// Marks are fewer than this has bits.
    static let words = SIMD8<UInt64>.scalarCount

    /// In the order of the table.
    static let paths: [String] = {
        var seen: Set<String> = []
        let paths = Catalogue.fields.map(\.path).filter { seen.insert($0).inserted }
        precondition(paths.count <= words * 64, "the table has more paths than there are marks")
        return paths
    }()

    static let numbers = Dictionary(
        uniqueKeysWithValues: paths.enumerated().map { ($0.element, $0.offset) })

    private var bits = SIMD8<UInt64>()

    init(_ numbers: [Int] = []) {
        for number in numbers { bits[number / 64] |= 1 << UInt64(number % 64) }
    }

    init(_ words: UnsafePointer<UInt64>) {
        for index in 0..<FieldMarks.words { bits[index] = words[index] }
    }

    var isEmpty: Bool { bits == SIMD8<UInt64>() }

    func contains(_ number: Int) -> Bool {
        bits[number / 64] >> UInt64(number % 64) & 1 == 1
    }

    func intersection(_ other: FieldMarks) -> FieldMarks {
        var both = self
        both.bits &= other.bits
        return both
    }
}
