/// `custom-columns=ID:.finding_id,WHAT:.summary`, as kubectl takes it.
public struct CustomColumns: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        var header: String
        var field: String
    }

    let columns: [Column]

    public init(_ text: String) throws(BadTemplate) {
        var columns: [Column] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: ":", maxSplits: 1).map(String.init)
            guard halves.count == 2, !halves[0].isEmpty else {
                throw BadTemplate(
                    "custom-columns wants HEADER:.column,…, such as ID:.finding_id,WHAT:.summary, "
                        + "not '\(part)'")
            }
            let field = halves[1].drop { "{}.$".contains($0) }.prefix { $0 != "}" }
            columns.append(Column(header: halves[0], field: String(field)))
        }
        self.columns = columns
    }
}

/// A template of `jsonpath` or `custom-columns` that cannot be followed.
public struct BadTemplate: Error, Hashable, Sendable {
    public let message: String

    init(_ message: String) { self.message = message }
}
