import Foundation
import Testing

/// `LIMITS.md` names every limit of what reads hostile input, with the value that it has and the
/// test that stands at its edge.
struct LimitTests {
    private struct Limit: Hashable, CustomStringConvertible {
        var file: String
        var name: String
        var value: String

        var description: String { "\(file): \(name) = \(value)" }
    }

    private static let folders = [
        "AuditLog", "Wire", "Capture", "Recording", "KubeAPI", "SQLiteKit", "ControlPlane",
        "Configuration", "Bytes", "Replay", "Analysis/Queries", "kubeskew",
    ]

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below a folder, with their texts.
    private static func files(in folder: String) throws -> [(name: String, text: String)] {
        let place = root.appendingPathComponent(folder)
        let files = FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)
        var found: [(String, String)] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            found.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
        }
        return found
    }

    private static func inSources() throws -> Set<Limit> {
        let constant =
            /(?m)^\s*(?:public |private |fileprivate )?(?:static )?let ((?:most|longest|deepest|largest|maximum)[A-Za-z]*)\b[^=\n]*= ([0-9(][0-9_ <>()+*-]*|Int64\(UInt32\.max\))$/
        // Limits that a caller may set stand together, in a value of their own.
        let values = /(?ms)struct [A-Za-z]*(?:Limits|Bounds): [^{]*\{.*?init\(/
        let member = /(?m)^\s*public var ([A-Za-z]+)\b[^=\n]*= ([0-9(][0-9_ <>()+*-]*)$/
        var limits: Set<Limit> = []
        for (name, text) in try folders.flatMap({ try files(in: "Sources/\($0)") }) {
            for match in text.matches(of: constant) {
                limits.insert(Limit(file: name, name: String(match.1), value: String(match.2)))
            }
            for match in text.matches(of: values).flatMap({ $0.0.matches(of: member) }) {
                limits.insert(Limit(file: name, name: String(match.1), value: String(match.2)))
            }
        }
        return limits
    }

    /// The cells of the table.
    private static func cells() throws -> [[String]] {
        let text = try String(
            contentsOf: root.appendingPathComponent("LIMITS.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
        }
    }

    @Test("every limit of the sources is in the table with its value, and the other way round")
    func table() throws {
        let sources = try Self.inSources()
        let table = Set(try Self.cells().map { Limit(file: $0[1], name: $0[2], value: $0[3]) })
        #expect(sources.count > 80)
        #expect(sources.subtracting(table).isEmpty, "not in LIMITS.md, or with another value")
        #expect(table.subtracting(sources).isEmpty, "in LIMITS.md alone")
    }

    @Test("every limit has a test at its edge, or says why there is none")
    func tested() throws {
        var tests: Set<String> = []
        for (_, text) in try Self.files(in: "Tests") {
            let suites = text.matches(of: /struct ([A-Za-z]+Tests)\b/).map(\.1)
            for function in text.matches(of: /func ([A-Za-z]+)\(/).map(\.1) {
                for suite in suites { tests.insert("\(suite).\(function)") }
            }
        }
        let rows = try Self.cells()
        let untested = rows.filter { row in
            row.count != 7
                || !(tests.contains(row[6]) || row[6].hasPrefix("no edge: ")
                    || row[6].hasPrefix("tried: "))
        }
        #expect(untested.map { $0.dropFirst().joined(separator: " ") } == [])
        #expect(rows.count { $0.last?.contains(": ") == true } < 8)
    }
}
