import Foundation
import Testing

/// `LIMITS.md` names every limit of what reads hostile input, with the value that it has.
struct LimitTests {
    private struct Limit: Hashable, CustomStringConvertible {
        var file: String
        var name: String
        var value: String

        var description: String { "\(file): \(name) = \(value)" }
    }

    private static let modules = [
        "AuditLog", "Wire", "Capture", "Recording", "KubeAPI", "SQLiteKit", "ControlPlane",
        "Configuration", "Bytes",
    ]

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func inSources() throws -> Set<Limit> {
        let constant =
            /(?m)^\s*(?:public |private |fileprivate )?(?:static )?let ((?:most|longest|deepest|largest|maximum)[A-Za-z]*)\b[^=\n]*= ([0-9(][0-9_ <>()+*]*|Int64\(UInt32\.max\))$/
        var limits: Set<Limit> = []
        for module in modules {
            let folder = root.appendingPathComponent("Sources/\(module)")
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "swift" else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: constant) {
                    limits.insert(
                        Limit(
                            file: file.lastPathComponent, name: String(match.1),
                            value: String(match.2)))
                }
            }
        }
        return limits
    }

    private static func inTable() throws -> Set<Limit> {
        let text = try String(
            contentsOf: root.appendingPathComponent("LIMITS.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        return Set(
            rows.map { row in
                let cells = row.split(separator: "|").map {
                    $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
                }
                return Limit(file: cells[1], name: cells[2], value: cells[3])
            })
    }

    @Test("every limit of the sources is in the table with its value, and the other way round")
    func table() throws {
        let sources = try Self.inSources()
        let table = try Self.inTable()
        #expect(sources.count > 40)
        #expect(sources.subtracting(table).isEmpty, "not in LIMITS.md, or with another value")
        #expect(table.subtracting(sources).isEmpty, "in LIMITS.md alone")
    }
}
