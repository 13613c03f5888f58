import Judgments
import KubeAPI

/// How findings put objects and clients into words.
enum Phrases {
    /// `18 ConfigMaps`, `1 ConfigMap`, `3 objects` where kinds differ.
    static func count(_ objects: [Finding.Identity]) -> String {
        let words = Set(objects.map { $0.kind.isEmpty ? $0.resource : $0.kind })
        guard words.count == 1, let word = words.first, !word.isEmpty else {
            return English.count(objects.count, "object")
        }
        let isPlural = objects[0].kind.isEmpty
        if isPlural { return objects.count == 1 ? "1 of \(word)" : "\(objects.count) \(word)" }
        return objects.count == 1 ? "1 \(word)" : "\(objects.count) \(English.plural(word))"
    }

    /// A client as a person knows it: `kubectl/v1.36.0`, with the user where the agent is empty.
    static func client(user: String, agent: String) -> String {
        agent.isEmpty ? (user.isEmpty ? "a client without a name" : user) : agent
    }
}
