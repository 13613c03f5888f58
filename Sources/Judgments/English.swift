/// English enough for what findings and pages say of kinds, resources and servers.
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
}
