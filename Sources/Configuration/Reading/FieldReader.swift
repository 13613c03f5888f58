import ControlPlane

import Bytes

/// A value of a configuration file with the key path that leads to it.
struct Field {
    let node: YAMLNode
    let path: String
    /// Where the key stands, for what is wrong with the key itself.
    let keyMark: Mark

    init(_ node: YAMLNode, path: String, keyMark: Mark? = nil) {
        self.node = node
        self.path = path
        self.keyMark = keyMark ?? node.mark
    }

    func child(_ key: String, _ node: YAMLNode, keyMark: Mark? = nil) -> Field {
        let needsQuotes = key.isEmpty || key.contains { ".[] \"".contains($0) }
        let step = needsQuotes ? "\"\(key)\"" : key
        return Field(node, path: path.isEmpty ? step : "\(path).\(step)", keyMark: keyMark)
    }

    func item(_ index: Int, _ node: YAMLNode) -> Field { Field(node, path: "\(path)[\(index)]") }
}

/// The fields of one mapping: by name, and in the order of the file.
struct Fields {
    let field: Field
    private(set) var inOrder: [(name: String, field: Field)] = []
    private var byName: [String: Int] = [:]

    init(_ field: Field) { self.field = field }

    subscript(name: String) -> Field? { byName[name].map { inOrder[$0].field } }

    mutating func append(_ name: String, _ field: Field) {
        byName[name] = inOrder.count
        inOrder.append((name, field))
    }
}

/// Turns nodes into values and keeps a problem for each that does not fit.
///
/// It knows types (a duration, a list, an address), not what they are for. Every reading function
/// returns nil after it has reported, so that a caller reads on and the person sees all problems.
struct FieldReader {
    let file: String
    /// Problems beyond this many are counted, not kept: one bad habit fills a file.
    static let mostProblems = 500

    private(set) var problems: [Problem] = []
    private var unlisted = 0

    init(file: String) { self.file = file }

    /// In the order of the file.
    ///
    /// What is said of one place twice (flags that several servers
    /// share) is said once.
    var orderedProblems: [Problem] {
        var ordered: [Problem] = []
        let sorted = problems.enumerated().sorted {
            ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset)
        }
        for (_, problem) in sorted {
            let sameMark = ordered.reversed().prefix { $0.mark == problem.mark }
            if !sameMark.contains(problem) { ordered.append(problem) }
        }
        if unlisted > 0, let last = ordered.last {
            ordered.append(
                Problem(
                    .error, file: file, mark: last.mark, key: "",
                    message: "and \(unlisted) more problems"))
        }
        return ordered
    }

    mutating func error(_ field: Field, _ message: String) {
        report(.error, at: field.node.mark, field.path, message)
    }

    mutating func warn(_ field: Field, _ message: String) {
        report(.warning, at: field.node.mark, field.path, message)
    }

    mutating func report(
        _ severity: Problem.Severity, at mark: Mark, _ path: String,
        _ message: @autoclosure () -> String
    ) {
        guard problems.count < Self.mostProblems else { return unlisted += 1 }
        problems.append(
            Problem(severity, file: file, mark: mark, key: path, message: message()))
    }

    // MARK: Structure

    /// The fields of a mapping.
    ///
    /// With `known`, a key that is not among them is an error.
    mutating func fields(of field: Field, known: [String]? = nil) -> Fields? {
        guard let entries = field.node.mapping else {
            error(field, "expected a mapping, found \(field.node.summary)")
            return nil
        }
        var fields = Fields(field)
        for entry in entries {
            guard case .scalar(let name, _) = entry.key.content else {
                report(.error, at: entry.key.mark, field.path, "expected a key, found a structure")
                continue
            }
            let child = field.child(name, entry.value, keyMark: entry.key.mark)
            if let known, !known.contains(name) {
                report(.error, at: child.keyMark, child.path, Self.unknownKey(name, known))
            } else if let first = fields[name] {
                report(
                    .error, at: child.keyMark, child.path,
                    "the key is given twice, first in line \(first.keyMark.line)")
            } else {
                fields.append(name, child)
            }
        }
        return fields
    }

    private static func unknownKey(_ name: String, _ known: [String]) -> String {
        if name == "<<" { return "merge keys are not read; repeat the keys" }
        if let meant = nearestName(to: name, among: known) {
            return "unknown key \"\(name)\": did you mean \"\(meant)\"?"
        }
        return "unknown key \"\(name)\"; valid here: \(known.joined(separator: ", "))"
    }

    mutating func list(_ field: Field, of what: String) -> [Field]? {
        guard let nodes = field.node.sequence else {
            error(field, "expected a list of \(what), found \(field.node.summary)")
            return nil
        }
        return nodes.enumerated().map { field.item($0.offset, $0.element) }
    }

    mutating func missing(_ key: String, of fields: Fields, expected: String) {
        report(
            .error, at: fields.field.node.mark, fields.field.path,
            "key \"\(key)\" is missing: expected \(expected)")
    }

    // MARK: Scalars

    mutating func text(_ field: Field, expected: String) -> String? {
        if let text = field.node.text, !text.isEmpty { return text }
        error(field, "expected \(expected), found \(field.node.summary)")
        return nil
    }

    mutating func bool(_ field: Field) -> Bool? {
        switch field.node.text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default:
            error(field, "expected true or false, found \(field.node.summary)")
            return nil
        }
    }

    mutating func natural<Number: FixedWidthInteger>(_ field: Field, expected: String) -> Number? {
        if let text = field.node.text, let number = Number(text), number >= 0 { return number }
        error(field, "expected \(expected), found \(field.node.summary)")
        return nil
    }

    /// One of a few words; a near miss is suggested.
    mutating func choice(_ field: Field, _ choices: [String]) -> String? {
        if let text = field.node.text, choices.contains(text) { return text }
        let list = choices.joined(separator: ", ")
        let meant = field.node.text.flatMap { nearestName(to: $0, among: choices) }
        let hint = meant.map { ": did you mean \"\($0)\"?" } ?? ""
        error(field, "expected one of \(list), found \(field.node.summary)\(hint)")
        return nil
    }

    /// A span of time that cannot be negative.
    mutating func duration(_ field: Field) -> Int64? {
        guard let text = field.node.text, let value = DurationText.nanoseconds(text) else {
            error(
                field,
                "expected a duration such as 90s, 1h30m or 250ms, found \(field.node.summary)")
            return nil
        }
        guard value >= 0 else {
            error(field, "expected a duration that is not negative, found \"\(text)\"")
            return nil
        }
        return value
    }

    /// `10.0.0.1:6443`, `[fd00::1]:6443` or `cp-1.example.com:6443`.
    mutating func address(_ field: Field) -> String? {
        guard let text = field.node.text, HostPort(text) != nil else {
            error(
                field,
                "expected an address with a port such as \"10.0.0.1:6443\" or \"[fd00::1]:6443\","
                    + " found \(field.node.summary)")
            return nil
        }
        return text
    }
}
