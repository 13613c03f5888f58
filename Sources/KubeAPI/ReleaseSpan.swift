/// Releases from one to another, or to the end: `1.28-1.32`, `1.35`, `1.36-`.
public struct ReleaseSpan: Sendable, Hashable, CustomStringConvertible {
    public let first: Release
    /// Nil where it is open: true of every later release until somebody says otherwise.
    public let last: Release?

    private init(_ first: Release, _ last: Release?) {
        self.first = first
        self.last = last
    }

    static func since(_ minor: Int) -> ReleaseSpan { ReleaseSpan(Release(minor: minor), nil) }

    static func from(_ first: Int, to last: Int) -> ReleaseSpan {
        ReleaseSpan(Release(minor: first), Release(minor: last))
    }

    /// Reads its text; nil for anything else, or for a span that ends before it begins.
    public init?(_ text: some StringProtocol) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = ends.first.flatMap({ Release(String($0)) }) else { return nil }
        guard ends.count == 2 else {
            self.init(first, first)
            return
        }
        if ends[1].isEmpty {
            self.init(first, nil)
            return
        }
        guard let last = Release(String(ends[1])), first <= last else { return nil }
        self.init(first, last)
    }

    public func contains(_ release: Release) -> Bool {
        release >= first && last.map { release <= $0 } ?? true
    }

    public var description: String {
        last == first ? "\(first)" : "\(first)-\(last.map { "\($0)" } ?? "")"
    }
}
