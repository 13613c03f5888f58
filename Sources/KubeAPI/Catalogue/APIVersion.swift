/// The version of an API group, such as `v1`, `v2beta1` or, in a custom group, any text.
///
/// Ordered as Kubernetes prefers them: stable before beta before alpha, each newest first, then
/// texts of another form in the order of the alphabet.
public struct APIVersion: Hashable, Comparable, Sendable {
    public enum Stage: UInt8, Sendable, Comparable {
        case alpha, beta, stable

        public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    public let text: String
    /// nil for a text that is not of Kubernetes' form.
    public let stage: Stage?
    private let major: Int
    private let step: Int

    public init(_ text: String) {
        self.text = text
        var rest = Substring(text)
        guard rest.popFirst() == "v", let major = Self.takeNumber(&rest) else {
            (stage, major, step) = (nil, 0, 0)
            return
        }
        if rest.isEmpty {
            (stage, self.major, step) = (.stable, major, 0)
            return
        }
        let stage: Stage? =
            rest.hasPrefix("alpha") ? .alpha : rest.hasPrefix("beta") ? .beta : nil
        rest = rest.dropFirst(stage == .alpha ? 5 : 4)
        guard let stage, let step = Self.takeNumber(&rest), rest.isEmpty else {
            (self.stage, self.major, self.step) = (nil, 0, 0)
            return
        }
        (self.stage, self.major, self.step) = (stage, major, step)
    }

    /// Whether this one is preferred to the other.
    public static func < (left: APIVersion, right: APIVersion) -> Bool {
        guard let first = left.stage else { return right.stage == nil && left.text < right.text }
        guard let second = right.stage else { return true }
        return (second, right.major, right.step) < (first, left.major, left.step)
    }

    private static func takeNumber(_ text: inout Substring) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        text = text.dropFirst(digits.count)
        return Int(digits)
    }
}
