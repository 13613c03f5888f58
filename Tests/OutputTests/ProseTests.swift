import Output
import Testing

@Suite("Prose for a terminal")
struct ProseTests {
    @Test("breaks at words, below its own margin, and leaves tables alone")
    func folds() {
        var prose = Prose(width: 24)
        #expect(
            prose.folded("  one two three four five six\nshort")
                == "  one two three four\n    five six\nshort")
        let row = "A-LONG-CELL   ANOTHER-CELL   3"
        #expect(prose.folded(row) == row)
        let word = String(repeating: "x", count: 40)
        #expect(prose.folded("see \(word)") == "see\n  \(word)")
    }

    @Test("says a date once, and counts no colour as width")
    func dates() {
        var prose = Prose(width: 80)
        #expect(
            prose.folded("from 2026-11-20T22:09:43.742107Z to 2026-11-20T22:11:00Z.")
                == "from 2026-11-20 22:09:43 to 22:11:00.")
        #expect(prose.folded("2026-11-21T00:00:00Z") == "2026-11-21 00:00:00")
        var narrow = Prose(width: 20)
        let painted = "\u{1b}[31mtwelve chars\u{1b}[0m and 7"
        #expect(narrow.folded(painted) == painted)
    }
}
