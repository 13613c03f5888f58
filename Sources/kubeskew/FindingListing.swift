import Analysis
import Arguments
import Glibc
import Output
import Recording

// How verbs print the findings of a run; `replay` may end with them too.
extension Context {
    /// Prints the rows, or results, as `-o` says; at most `limit` rows, and what is left out.
    func print(_ list: FindingList, limit: Int = .max) throws {
        if let format = resultFormat {
            let results = list.rows.map(list.result)
            return output.write(render(results, from: FindingList.source, as: format))
        }
        try printRows(list.rows.prefix(limit).map(list.cells), columns: FindingList.columns)
        if list.rows.count > limit {
            output.write(
                "… and \(list.rows.count - limit) more: "
                    + "kubeskew findings RECORDING --run \(list.run)\n")
        }
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

    func status(_ list: FindingList) -> ExitStatus {
        list.reaches(arguments.text(Flags.failOn) ?? "error") ? .findings : .done
    }
}
