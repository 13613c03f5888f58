import Bytes
import Judgments

/// How the page puts counts, lists and times into words.
enum Wording {
    static func count(_ count: Int, _ word: String) -> String {
        "\(grouped(count)) \(count == 1 ? word : English.plural(word))"
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
