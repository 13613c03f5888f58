import Output

/// What a tool is called, what it is for, and which arguments it takes.
struct Tool: Sendable {
    struct Parameter: Sendable {
        enum Kind: String { case string, integer, object }

        let name: String
        let kind: Kind
        let isRequired: Bool
        let text: String

        init(_ name: String, _ text: String, kind: Kind = .string, required: Bool = false) {
            self.name = name
            self.kind = kind
            isRequired = required
            self.text = text
        }
    }

    let name: String
    let text: String
    let parameters: [Parameter]

    /// As `tools/list` gives it: a JSON Schema of the arguments.
    var description: JSONDocument {
        let properties = parameters.map { parameter in
            (
                key: parameter.name,
                value: JSONDocument.object([
                    ("type", .text(parameter.kind.rawValue)),
                    ("description", .text(parameter.text)),
                ])
            )
        }
        let required = parameters.filter(\.isRequired).map { JSONDocument.text($0.name) }
        return .object([
            ("name", .text(name)), ("description", .text(text)),
            (
                "inputSchema",
                .object([
                    ("type", .text("object")), ("properties", .object(properties)),
                    ("required", .array(required)),
                    ("additionalProperties", .cell(.boolean(false))),
                ])
            ),
            (
                "annotations",
                .object([
                    ("readOnlyHint", .cell(.boolean(true))),
                    ("openWorldHint", .cell(.boolean(false))),
                ])
            ),
        ])
    }
}
