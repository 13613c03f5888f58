/// The flags of one kube-apiserver by name, as its own parser would see them.
///
/// Names with underscores are the same as with dashes. Values are texts; what they mean is for
/// `Activation` and for the catalogue of built-in APIs.
public struct ServerFlags: Sendable, Equatable {
    /// In the order of the command line.
    private let pairs: [(name: String, value: String)]

    /// From `--name=value` each, as in `Scenario.Process.flags`; a bare `--name` means true.
    public init(_ texts: [String]) {
        pairs = texts.map { text in
            let body = text.drop { $0 == "-" }
            let name = body.prefix { $0 != "=" }
            let value = body.dropFirst(name.count + 1)
            return (
                String(name.map { $0 == "_" ? "-" : $0 }),
                name.count == body.count ? "true" : String(value)
            )
        }
    }

    /// The value given last; nil where the flag is not there, or is empty, which is the same.
    public subscript(name: String) -> String? {
        let last = pairs.last { $0.name == name }?.value
        return last?.isEmpty ?? true ? nil : last
    }

    /// Every value given, for flags that add up.
    public func values(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    public func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    public static func == (left: ServerFlags, right: ServerFlags) -> Bool {
        left.pairs.elementsEqual(right.pairs, by: ==)
    }
}
