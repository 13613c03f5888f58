import Judgments
import KubeAPI

/// How findings put counts, lists and times into words.
enum Wording {
    /// `18 ConfigMaps`, `1 ConfigMap`, `3 objects` where kinds differ.
    static func count(_ objects: [Finding.Identity]) -> String {
        let words = Set(objects.map { $0.kind.isEmpty ? $0.resource : $0.kind })
        guard words.count == 1, let word = words.first, !word.isEmpty else {
            return number(objects.count, "object")
        }
        let isPlural = objects[0].kind.isEmpty
        if isPlural { return objects.count == 1 ? "1 of \(word)" : "\(objects.count) \(word)" }
        return objects.count == 1 ? "1 \(word)" : "\(objects.count) \(English.plural(word))"
    }

    static func number(_ count: Int, _ word: String) -> String {
        count == 1 ? "1 \(word)" : "\(count) \(English.plural(word))"
    }

    /// `450 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`.
    static func duration(_ nanoseconds: Int64) -> String {
        let milliseconds = max(0, nanoseconds) / 1_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if seconds < 120 { return "\(seconds) s" }
        let minutes = seconds / 60
        if minutes < 120 {
            return seconds % 60 == 0 ? "\(minutes) min" : "\(minutes) min \(seconds % 60) s"
        }
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// A client as a person knows it: `kubectl/v1.36.0`, with the user where the agent is empty.
    static func client(user: String, agent: String) -> String {
        agent.isEmpty ? (user.isEmpty ? "a client without a name" : user) : agent
    }
}
