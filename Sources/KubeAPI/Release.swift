/// A minor release of Kubernetes, such as 1.35: what the routing model depends on.
public struct Release: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public let minor: Int

    public init(minor: Int) { self.minor = minor }

    /// Reads `1.35`, `v1.35`, `1.35.6` or `v1.35.6-gke.100+abc`; nil for anything else.
    public init?(_ text: String) {
        var rest = text[...]
        if rest.first == "v" { rest = rest.dropFirst() }
        guard rest.hasPrefix("1.") else { return nil }
        let digits = rest.dropFirst(2).prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 3, let minor = Int(digits) else { return nil }
        let after = rest.dropFirst(2 + digits.count).first
        guard after == nil || after == "." || after == "+" || after == "-" else { return nil }
        self.minor = minor
    }

    public var description: String { "1.\(minor)" }

    /// What comes directly before and after it, known or not.
    public var neighbours: ClosedRange<Release> {
        Release(minor: minor - 1)...Release(minor: minor + 1)
    }

    /// Every release of a range, in order.
    public static func each(in range: ClosedRange<Release>) -> [Release] {
        (range.lowerBound.minor...range.upperBound.minor).map { Release(minor: $0) }
    }

    public static func < (left: Release, right: Release) -> Bool { left.minor < right.minor }

    /// Whether API servers of both may run beside each other: Kubernetes supports neighbours alone.
    public func mayRunBeside(_ other: Release) -> Bool { abs(minor - other.minor) <= 1 }
}
