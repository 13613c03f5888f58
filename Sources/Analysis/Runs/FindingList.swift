public import Judgments
public import Recording

/// What a run found, as it is listed and as an exit status goes by it.
public struct FindingList: Sendable {
    public let run: String
    /// Empty where nobody named it.
    public let cluster: String
    /// The findings of the wanted kinds that are in no baseline, the gravest first.
    public let rows: [ListedFinding]
    /// How many more the baseline holds.
    public let known: Int
    /// How many more the filter leaves out.
    private let hidden: Int

    /// - Parameters:
    ///   - kinds: empty for all.
    ///   - baseline: ids of findings that are known already.
    ///   - filter: nil for all.
    public init(
        _ recording: borrowing Recording, run: StoredRun, kinds: Set<Finding.Kind> = [],
        baseline: Set<String> = [], filter: Filter? = nil, withPlaces: Bool
    ) throws {
        self.run = run.name
        cluster = recording.cluster
        let ofKinds = try recording.findings(of: run, withPlaces: withPlaces).filter {
            kinds.isEmpty || kinds.contains($0.finding.kind)
        }
        let all = ofKinds.filter { filter?.allows($0.finding) ?? true }
        hidden = ofKinds.count - all.count
        rows = all.filter { !baseline.contains($0.id) }
        known = all.count - rows.count
    }

    /// How many there are of each kind, in one line.
    public var summary: String {
        let counts = Finding.Kind.allCases.compactMap { kind -> String? in
            let count = rows.count { $0.finding.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.rawValue)"
        }
        let list = counts.isEmpty ? "" : ": \(counts.joined(separator: ", "))"
        let old = known == 0 ? "" : "; \(known) more in the baseline"
        let others = hidden == 0 ? "" : "; \(hidden) more that the flags leave out"
        return "\(English.count(rows.count, "finding")) in run \(run)\(list)\(old)\(others)"
    }

    /// Whether any is at or above what `--fail-on` says.
    public func reaches(_ threshold: String) -> Bool {
        guard let limit = Finding.Severity(rawValue: threshold) else { return false }
        return rows.contains { $0.finding.severity >= limit }
    }
}
