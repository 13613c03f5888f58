import Arguments
import Findings
import Output
import Recording

/// What `findings` prints of a run, and what its exit status goes by; `replay` may end with it too.
struct FindingList {
    let run: String
    /// The findings of the wanted kinds that are in no baseline, the gravest first.
    let rows: [FindingRow]
    /// How many more the baseline holds.
    let known: Int

    /// - Parameters:
    ///   - kinds: empty for all.
    ///   - baseline: a run of the recording, or a file.
    init(
        _ recording: borrowing Recording, run: String, kinds: [String] = [],
        baseline: String? = nil, withPlaces: Bool
    ) throws {
        self.run = run
        let all = try FindingRow.all(
            in: recording, run: run, kinds: kinds, withPlaces: withPlaces)
        guard let baseline else {
            rows = all
            known = 0
            return
        }
        let old = try Baseline.ids(baseline, in: recording)
        rows = all.filter { !old.contains($0.id) }
        known = all.count - rows.count
    }

    /// Prints the rows, or results, as `-o` says; at most `limit` rows, and what is left out.
    func print(_ context: Context, limit: Int = .max) throws {
        if let format = context.resultFormat {
            let results = rows.map { $0.result(run: run) }
            context.output.write(render(results, from: FindingRow.source, as: format))
            return
        }
        try context.printRows(
            rows.prefix(limit).map { $0.cells(run: run) }, columns: FindingRow.columns)
        if rows.count > limit {
            context.output.write(
                "… and \(rows.count - limit) more: kubeskew findings RECORDING --run \(run)\n")
        }
    }

    /// How many there are of each kind, in one line.
    var summary: String {
        let counts = Finding.Kind.allCases.compactMap { kind -> String? in
            let count = rows.count { $0.kind == kind.rawValue }
            return count == 0 ? nil : "\(count) \(kind.rawValue)"
        }
        let list = counts.isEmpty ? "" : ": \(counts.joined(separator: ", "))"
        let old = known == 0 ? "" : "; \(known) more in the baseline"
        return "\(counted(rows.count, "finding")) in run \(run)\(list)\(old)"
    }

    func status(failOn threshold: String) -> ExitStatus {
        rows.contains { $0.reaches(threshold) } ? .findings : .done
    }
}
