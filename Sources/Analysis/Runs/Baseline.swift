import Bytes

/// The findings that are known already, by a file that was kept.
public enum Baseline {
    /// Of what `findings -o sarif|json` printed, or of a list of ids, one a line; of other rows the
    /// first column counts.
    public static func ids(inFile bytes: [UInt8], _ name: String) throws -> Set<String> {
        let first = bytes.first { $0 > 32 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return idsOfLines(String(decoding: bytes, as: UTF8.self))
        }
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Failure("\(name): \(error)")
        }
        return try idsOfDocument(document, name)
    }

    private static func idsOfDocument(
        _ document: JSONValue, _ name: String
    ) throws -> Set<String> {
        if let rows = document.array {
            return Set(rows.compactMap { $0["finding_id"]?.string ?? $0.string })
        }
        guard let runs = document["runs"]?.array else {
            throw Failure("\(name) is JSON, but neither SARIF nor rows of findings")
        }
        let results = runs.flatMap { $0["results"]?.array ?? [] }
        return Set(
            results.compactMap { $0["partialFingerprints"]?["kubeskewFinding/v1"]?.string })
    }

    private static func idsOfLines(_ text: String) -> Set<String> {
        Set(
            text.split(whereSeparator: \.isNewline).compactMap { line in
                line.split { " ,\t|\"".contains($0) }.first.map(String.init)
            })
    }
}
