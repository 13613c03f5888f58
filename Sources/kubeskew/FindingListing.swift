import Analysis
import Arguments
import Glibc
import Judgments
import Output
import Recording

// How verbs print the findings of a run; `replay` may end with them too.
extension Context {
    /// Prints the rows for a person, as `-o` says; at most `limit`, and how many are left out.
    func print(_ list: FindingList, limit: Int = .max) throws {
        if let width, rowFormat == .table, !arguments.isGiven(Flags.columns) {
            output.write(list.text(atMost: limit, width: width, paint: paint))
        } else {
            try printRows(list.rows.prefix(limit).map(list.cells), columns: FindingList.columns)
        }
        if list.rows.count > limit {
            let cluster = list.cluster.isEmpty ? "" : " --cluster \(displaySafe(list.cluster))"
            output.write(
                "… and \(list.rows.count - limit) more: "
                    + "kubeskew findings RECORDING --run \(list.run)\(cluster)\n")
        }
    }

    /// Prints the findings of runs for a program, those of several clusters as one list.
    ///
    /// Where the evidence carries no all-clear, it says so too.
    func print(_ runs: [(list: FindingList, verdict: RunVerdict)]) throws {
        guard let format = resultFormat else {
            return try printRows(
                runs.flatMap { $0.list.rows.map($0.list.cells) + $0.verdict.rows },
                columns: FindingList.columns)
        }
        guard let source = runs.first?.list.source else { return }
        output.write(
            render(
                runs.flatMap { $0.list.rows.map($0.list.result) }, from: source,
                limits: runs.flatMap(\.verdict.limits), as: format))
    }

    /// The findings that `--baseline` leaves out: those of a run, which goes before a file, or of a
    /// file that was kept.
    func baseline(_ name: String?, in recording: borrowing Recording) throws -> Set<String> {
        guard let name else { return [] }
        if let ids = try recording.findingIDs(ofRun: name) { return ids }
        guard access(name, R_OK) == 0 else {
            throw Failure(
                "there is neither a run nor a file '\(name)' for --baseline",
                hint: "Runs: kubeskew query RECORDING -e 'SELECT run FROM v_run'")
        }
        return try Baseline.ids(inFile: try WholeFile(name).bytes, name)
    }

    func status(_ list: FindingList, _ verdict: RunVerdict) -> ExitStatus {
        let threshold = arguments.text(Flags.failOn) ?? "error"
        if list.reaches(threshold) { return .findings }
        return threshold == "none" ? .done : status(verdict.state)
    }

    /// Where the evidence carries no all-clear, unless `--evidence report` leaves it at saying so.
    func status(_ evidence: EvidenceState) -> ExitStatus {
        guard evidence == .insufficient, arguments.text(Flags.evidence) != "report" else {
            return .done
        }
        return .insufficientEvidence
    }

    /// The run that is meant; which, where nobody named one.
    func run(in recording: borrowing Recording) throws -> StoredRun {
        let run = try recording.knownRun(arguments.text(Flags.run))
        if !arguments.isGiven(Flags.run) { terminal.note("run \(run.name), \(run.mode.words)") }
        return run
    }
}

extension RunMode {
    /// As a person is told.
    var words: String {
        switch self {
        case .asRecorded: "as recorded"
        case .whatIf: "a what-if"
        }
    }
}
