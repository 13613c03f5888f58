import Bytes
import Judgments

/// How the page puts counts, lists and times into words.
enum Wording {
    static func count(_ count: Int, _ word: String) -> String {
        "\(grouped(count)) \(count == 1 ? word : English.plural(word))"
    }

    /// `450 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    static func duration(_ nanoseconds: Int64) -> String {
        let milliseconds = max(0, nanoseconds) / 1_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if seconds < 10 { return "\(decimal(Double(milliseconds) / 1_000)) s" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return pair(seconds / 60, "min", seconds % 60, "s") }
        if seconds < 86_400 { return pair(seconds / 3_600, "h", seconds / 60 % 60, "min") }
        return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
    }

    private static func pair(
        _ first: Int64, _ unit: String, _ rest: Int64, _ smaller: String
    ) -> String {
        rest == 0 ? "\(first) \(unit)" : "\(first) \(unit) \(rest) \(smaller)"
    }

    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "100 %" }
        // Never rounds a miss away: 99.996 % is not 100 %.
        let hundredths = Int(Double(part) / Double(whole) * 10_000)
        let exact = part < whole ? min(hundredths, 9_999) : 10_000
        let rest = exact % 100
        return "\(exact / 100)" + (rest == 0 ? "" : ".\(rest < 10 ? "0" : "")\(rest)") + " %"
    }

    /// `2026-11-20 22:09:43`.
    static func instant(_ nanoseconds: Int64) -> String { RFC3339.moment(nanoseconds) }

    static func date(_ nanoseconds: Int64) -> String {
        String(RFC3339.text(nanoseconds).prefix(10))
    }

    /// `22:09:43`.
    static func clock(_ nanoseconds: Int64) -> String {
        String(RFC3339.text(nanoseconds).dropFirst(11).prefix(8))
    }

    /// `22:09:43.742`.
    static func clockWithMilliseconds(_ nanoseconds: Int64) -> String {
        String(RFC3339.text(nanoseconds).dropFirst(11).prefix(12))
    }

    /// `22:09:43 to 22:11:20`, with dates where they differ.
    static func span(_ from: Int64, _ until: Int64) -> String {
        if date(from) != date(until) { return "\(instant(from)) to \(instant(until))" }
        return clock(from) == clock(until) ? clock(from) : "\(clock(from)) to \(clock(until))"
    }
}
