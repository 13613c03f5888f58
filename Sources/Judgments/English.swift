/// English enough for what findings, summaries and pages say of kinds, resources and servers, of
/// counts and of times.
public enum English {
    /// Policies, Ingresses, ConfigMaps; Endpoints stay.
    public static func plural(_ word: String) -> String {
        if word.hasSuffix("Endpoints") { return word }
        if word.hasSuffix("s") || word.hasSuffix("x") || word.hasSuffix("ch") { return word + "es" }
        if word.hasSuffix("y"), let before = word.dropLast().last, !"aeiou".contains(before) {
            return word.dropLast() + "ies"
        }
        return word + "s"
    }

    /// `cp-1`, `cp-1 and cp-2`, `cp-1, cp-2 and cp-3`; with more, `and 4 others`.
    public static func list(_ words: [String], atMost limit: Int = 4) -> String {
        guard let last = words.last else { return "" }
        if words.count == 1 { return last }
        if words.count > limit {
            let shown = words.prefix(limit - 1).joined(separator: ", ")
            return "\(shown) and \(words.count - limit + 1) others"
        }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1 request`, `2 requests`, `3 policies`.
    public static func count(_ count: Int, _ word: String) -> String {
        "\(count) \(count == 1 ? word : plural(word))"
    }

    /// `450 ms`, `1.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    public static func duration(_ nanoseconds: Int64) -> String {
        let milliseconds = max(0, nanoseconds) / 1_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if seconds < 10 {
            // Rounded, so that 9.96 s are 10 s.
            let tenths = (milliseconds + 50) / 100
            return "\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)") s"
        }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return pair(seconds / 60, "min", seconds % 60, "s") }
        if seconds < 86_400 { return pair(seconds / 3_600, "h", seconds / 60 % 60, "min") }
        return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
    }

    public static func duration(_ length: Duration) -> String {
        duration(Int64(max(0, min(length / .nanoseconds(1), 9e18)) + 0.5))
    }

    private static func pair(
        _ first: Int64, _ unit: String, _ rest: Int64, _ smaller: String
    ) -> String {
        rest == 0 ? "\(first) \(unit)" : "\(first) \(unit) \(rest) \(smaller)"
    }
}
