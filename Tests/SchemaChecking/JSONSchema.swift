public import Configuration
import Foundation

/// As much of JSON Schema as the tool's own schemas use, over YAML as it was written; JSON is YAML.
public struct JSONSchema {
    private let root: [String: Any]

    public init(_ text: String) throws {
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
        guard let root = document as? [String: Any] else {
            throw CocoaError(.propertyListReadCorrupt)
        }
        self.root = root
    }

    public func problems(of node: YAMLNode) -> [String] { problems(node, root, at: "") }

    private func problems(_ node: YAMLNode, _ given: [String: Any], at path: String) -> [String] {
        var schema = given
        if let name = (given["$ref"] as? String)?.split(separator: "/").last,
            let defined = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
        {
            schema = defined
        }
        var found: [String] = []
        if let choices = schema["anyOf"] as? [[String: Any]],
            choices.allSatisfy({ !problems(node, $0, at: path).isEmpty })
        {
            found.append("\(path): none of the forms")
        }
        if let word = schema["const"] as? String, node.text != word {
            found.append("\(path): not \(word)")
        }
        if let words = schema["enum"] as? [String], !words.contains(node.text ?? "") {
            found.append("\(path): none of \(words)")
        }
        if let pattern = schema["pattern"] as? String, let text = node.text,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            found.append("\(path): \(text) is not \(pattern)")
        }
        let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { isOfType(node, $0) }) {
            found.append("\(path): no \(types)")
        }
        return found + inner(node, schema, at: path)
    }

    private func inner(_ node: YAMLNode, _ schema: [String: Any], at path: String) -> [String] {
        var found: [String] = []
        if let items = schema["items"] as? [String: Any] {
            found += (node.sequence ?? []).flatMap { problems($0, items, at: path + "[]") }
        }
        guard let entries = node.mapping else { return found }
        let keys = entries.compactMap(\.key.text)
        for key in schema["required"] as? [String] ?? [] where !keys.contains(key) {
            found.append("\(path): no \(key)")
        }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        for entry in entries {
            let key = entry.key.text ?? ""
            let other = schema["additionalProperties"]
            if let property = properties[key] ?? (other as? [String: Any]) {
                found += problems(entry.value, property, at: "\(path).\(key)")
            } else if other as? Bool == false {
                found.append("\(path): unknown \(key)")
            }
        }
        return found
    }

    private func isOfType(_ node: YAMLNode, _ type: String) -> Bool {
        switch type {
        case "object": node.mapping != nil
        case "array": node.sequence != nil
        case "null": node.isNull
        case "boolean": ["true", "false"].contains(node.text ?? "")
        case "integer": node.text.flatMap { Int($0) } != nil
        case "number": node.text.flatMap { Double($0) } != nil
        default: node.text != nil
        }
    }
}
