import Bytes
import CSimdjson

/// Owns an index of JSON tokens; the memory behind `CSJTokens`.
///
/// A class for its deinit alone. Who walks copies the pointers out once, so that no reference is
/// counted per event.
final class TokenIndex {
    private let index: OpaquePointer
    private(set) var tokens = CSJTokens()

    init() {
        guard let made = CSJIndexCreate() else { preconditionFailure("out of memory") }
        index = made
    }

    deinit { CSJIndexDestroy(index) }

    /// Finds the tokens of a text that has `AuditReader.padding` readable bytes behind it.
    func build(_ text: ByteRun) -> CSJStatus {
        guard let base = text.baseAddress else { return .empty }
        return CSJIndexBuild(index, base, text.count, &tokens)
    }
}

/// A field that a walk looks for; its number is its slot's.
protocol PlannedField: CaseIterable, RawRepresentable where RawValue == Int {
    /// The keys that lead to it, with `>` in between.
    var path: String { get }
}

/// What one walk found of each field; valid as long as the plan that it belongs to.
struct Slots<EnvelopeField: PlannedField> {
    let base: UnsafeMutablePointer<CSJValue>

    subscript(_ field: EnvelopeField) -> CSJValue {
        @inline(__always) get { base[field.rawValue] }
    }
}

/// Fields compiled for the walk, with the slots that one walk fills.
final class FieldPlan<EnvelopeField: PlannedField> {
    let compiled: OpaquePointer
    let slots: Slots<EnvelopeField>

    init() {
        let paths = EnvelopeField.allCases.map(\.path)
        compiled = compilePlan(paths)
        slots = Slots(base: .allocate(capacity: paths.count))
        slots.base.initialize(repeating: CSJValue(), count: paths.count)
    }

    deinit {
        CSJPlanDestroy(compiled)
        slots.base.deallocate()
    }
}

/// Key paths compiled for a walk; whoever asks for them destroys them.
func compilePlan(_ paths: [String], marks: [String] = []) -> OpaquePointer {
    let copies = (paths + marks).map { path in
        let text = path.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
        for (offset, unit) in text.enumerated() { copy[offset] = unit }
        return UnsafePointer<CChar>?(copy)
    }
    defer { copies.forEach { $0?.deallocate() } }
    let made = copies.withUnsafeBufferPointer { all in
        CSJPlanCreate(
            all.baseAddress, paths.count, all.baseAddress?.advanced(by: paths.count), marks.count)
    }
    guard let made else { preconditionFailure("a path twice in a plan") }
    return made
}

/// Bytes that grow on demand, for texts that must be rewritten before they are interned.
final class Scratch {
    private(set) var base = UnsafeMutablePointer<UInt8>.allocate(capacity: 4_096)
    private(set) var capacity = 4_096

    deinit { base.deallocate() }

    /// Makes room for so many bytes and padding; forgets what was there.
    func reserve(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if count + AuditReader.padding > capacity {
            base.deallocate()
            capacity = count * 2 + AuditReader.padding
            base = .allocate(capacity: capacity)
        }
        return base
    }
}

extension CSJValue {
    /// The raw bytes of a string; empty for anything else.
    @inline(__always)
    var text: ByteRun {
        kind == .string ? ByteRun(start: bytes, count: Int(length)) : ByteRun(start: nil, count: 0)
    }

    @inline(__always)
    var isMissing: Bool { kind == .missing || kind == .null }

    /// A string with anything in it.
    @inline(__always)
    var isSaid: Bool { kind == .string && length > 0 }

    /// An array with something in it.
    var isFilledArray: Bool { kind == .array && after != token + 2 }

    /// A boolean, or the word for one in a string.
    var isTrue: Bool {
        kind == .bool && integer == 1 || kind == .string && text.equals("true")
    }
}

extension ByteRun {
    /// As `find`, for long texts.
    func findFar(_ byte: UInt8) -> Int { CSJFindByte(baseAddress, count, byte) }
}
