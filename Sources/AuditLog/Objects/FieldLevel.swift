import Bytes
import CSimdjson
import KubeAPI

/// One level of the fields that are looked for: what is below an object without entering a list.
///
/// A class for its deinit alone: it owns a compiled plan and the slots that a walk of it fills. The
/// depth of levels is that of the table's paths, however deep a body is.
final class FieldLevel {
    /// What a slot leads to.
    private struct Step {
        var keys: String
        /// The field's number in the catalogue's table.
        var field: UInt16?
        var items: FieldLevel?
        var values: FieldLevel?
    }

    private let compiled: OpaquePointer
    private let slots: UnsafeMutablePointer<CSJValue>
    private let steps: [Step]
    /// `kind`, `metadata>resourceVersion` and `metadata>name` of a whole object.
    private let identity: Int

    /// A field's number, and the rest of its path from here.
    typealias Path = (field: UInt16, rest: Substring)

    init(_ paths: [Path], isObject: Bool) {
        steps = FieldLevel.steps(paths)
        identity = steps.count
        let words = isObject ? ["kind", "metadata>resourceVersion", "metadata>name"] : []
        let keys = steps.map(\.keys) + words
        compiled = compilePlan(keys)
        slots = .allocate(capacity: keys.count)
        slots.initialize(repeating: CSJValue(), count: keys.count)
    }

    deinit {
        CSJPlanDestroy(compiled)
        slots.deallocate()
    }

    var kind: CSJValue { slots[identity] }
    var resourceVersion: CSJValue { slots[identity + 1] }
    var name: CSJValue { slots[identity + 2] }

    /// Puts paths together by their keys up to the first list or map.
    private static func steps(_ paths: [Path]) -> [Step] {
        var order: [String] = []
        var fields: [String: UInt16] = [:]
        var below: [String: (items: [Path], values: [Path])] = [:]
        for path in paths {
            let (keys, mark, rest) = split(path.rest)
            if !order.contains(keys) { order.append(keys) }
            switch mark {
            case "[]": below[keys, default: ([], [])].items.append((path.field, rest))
            case "{}": below[keys, default: ([], [])].values.append((path.field, rest))
            default: fields[keys] = path.field
            }
        }
        return order.map { keys in
            let (items, values) = below[keys] ?? ([], [])
            return Step(
                keys: keys, field: fields[keys],
                items: items.isEmpty ? nil : FieldLevel(items, isObject: false),
                values: values.isEmpty ? nil : FieldLevel(values, isObject: false))
        }
    }

    /// `spec>containers`, `[]` and `name` of `spec.containers[].name`.
    private static func split(_ path: Substring) -> (String, String, Substring) {
        var keys: [Substring] = []
        var rest = path
        while !rest.isEmpty {
            let key = rest.prefix { $0 != "." }
            rest = rest.dropFirst(key.count + 1)
            let mark = String(key.suffix(2))
            if mark == "[]" || mark == "{}" {
                keys.append(key.dropLast(2))
                return (keys.joined(separator: ">"), mark, rest)
            }
            keys.append(key)
        }
        return (keys.joined(separator: ">"), "", rest)
    }

    /// Adds the numbers of the fields that the object at a token has, in any order.
    ///
    /// What is null or empty is taken for missing: it says nothing that could be lost. Returns the
    /// token behind the object; nil where there is none.
    func find(
        at token: UInt32, _ tokens: inout CSJTokens, _ limit: UInt32, into found: inout [UInt16]
    ) -> UInt32? {
        var after: UInt32 = 0
        guard CSJWalk(&tokens, compiled, token, limit, slots, &after) == .ready else { return nil }
        for (index, step) in steps.enumerated() {
            let value = slots[index]
            let isContainer = value.kind == .object || value.kind == .array
            guard !value.isMissing, !isContainer || value.after != value.token + 2 else { continue }
            if let field = step.field { found.append(field) }
            if let items = step.items, value.kind == .array {
                items.findEach(from: value.token + 1, by: 0, of: value, &tokens, limit, &found)
            }
            if let values = step.values, value.kind == .object {
                values.findEach(from: value.token + 1, by: 2, of: value, &tokens, limit, &found)
            }
        }
        return after
    }

    /// Goes through the items of a list, or the values of a map, each behind a key and a colon.
    private func findEach(
        from first: UInt32, by lead: UInt32, of container: CSJValue, _ tokens: inout CSJTokens,
        _ limit: UInt32, _ found: inout [UInt16]
    ) {
        var token = first
        while token + lead + 1 < container.after {
            guard let after = find(at: token + lead, &tokens, limit, into: &found) else { return }
            token = after + 1
        }
    }
}
