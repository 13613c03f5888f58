import Foundation
import Testing

/// The line that a capture draws while it reads, at a terminal that `script` stands in for.
@Suite("The line of progress")
struct ProgressTests {
    /// Everything that was written to a terminal of so many columns, control characters and all.
    private static func written(
        columns: Int, _ flags: String = "", terminal: String = "xterm"
    ) throws -> String {
        let folder = try CommandFolder()
        let logs = "\(packageRoot)/captures/wrong-gc-without-proxy"
        // As much as takes a quick machine longer than the pauses between two lines.
        let inputs = (0..<8).map { "cp-\($0)=\(logs)/audit-cp-\($0 % 3 + 1).log.gz" }
        let result = try folder.shell(
            """
            script -qec "stty cols \(columns) rows 24; \(kubeskewBinary) capture audit r.db \
            \(inputs.joined(separator: " ")) \(flags)" /dev/null
            """, environment: ["TERM": terminal, "NO_COLOR": "1"])
        #expect(result.status == 0, "\(result)")
        return result.output
    }

    /// The lines that were drawn one over the other.
    private static func drawn(_ text: String) -> [String] {
        text.components(separatedBy: "\u{1b}[K").dropLast().map { piece in
            piece.components(separatedBy: "\r").last ?? ""
        }
    }

    @Test("fits the terminal, whatever its width, and is gone in the end", arguments: [80, 40])
    func fits(columns: Int) throws {
        let text = try Self.written(columns: columns)
        let lines = Self.drawn(text)
        let bars = lines.filter { $0.contains("%") }
        #expect(bars.count >= 2, "\(text.debugDescription)")
        #expect(bars.allSatisfy { $0.count < columns && !$0.contains("\n") }, "\(bars)")
        #expect(bars.allSatisfy { $0.contains(/\[=* *\]  \d+%/) }, "\(bars)")
        if columns == 80 { #expect(bars.contains { $0.contains(" MB of ") }, "\(bars)") }
        // The last thing drawn is nothing: the table stands on a clean line.
        #expect(lines.last == "", "\(lines)")
        #expect(text.contains("SERVER   REQUESTS"))
    }

    @Test("is drawn nowhere else: not with -q, not by a dumb terminal, not into a file")
    func elsewhere() throws {
        #expect(Self.drawn(try Self.written(columns: 80, "-q")).isEmpty)
        #expect(Self.drawn(try Self.written(columns: 80, terminal: "dumb")).isEmpty)
        let aside = try Self.written(columns: 80, "2> errors.txt; cat errors.txt")
        #expect(Self.drawn(aside).isEmpty && aside.contains("SERVER   REQUESTS"))
    }
}
