import Analysis
import Arguments
import Output
import Recording

// Verbs on recordings with several clusters: one after the other, or the one that is named.
extension Context {
    /// For what can be said of one cluster only: which it is, or there has to be one alone.
    var clusters: Clusters { arguments.text(Flags.cluster).map { .named($0) } ?? .only }

    /// For rows that say themselves which cluster they are of.
    var clustersOrAll: Clusters { arguments.text(Flags.cluster).map { .named($0) } ?? .all }

    /// For what is done with each cluster by itself.
    func clusters(in path: String) throws -> [Clusters] {
        if case .named = clusters { return [clusters] }
        let names = try Recording.clusterNames(at: path)
        return names.count < 2 ? [.only] : names.map { .named($0) }
    }

    /// Does something with each cluster of the recording, and gives the gravest status.
    ///
    /// What cannot be done with one of several is said, and the others are done.
    func eachCluster(_ body: (Clusters) throws -> ExitStatus) throws -> ExitStatus {
        let all = try clusters(in: arguments.required("RECORDING"))
        guard all.count > 1 else { return try body(all.first ?? .only) }
        var gravest = ExitStatus.done
        for case .named(let name) in all {
            announce(name)
            do {
                gravest = gravest.graver(try body(.named(name)))
            } catch let error as Failure {
                gravest = gravest.graver(Program.report(error))
            } catch let error as RecordingError {
                gravest = gravest.graver(Program.report(error))
            }
            output.flush()
        }
        return gravest
    }

    private func announce(_ cluster: String) {
        let heading = cluster.isEmpty ? "the cluster without a name" : "cluster \(cluster)"
        guard isForPerson else { return terminal.note("\(heading):") }
        output.write(paint(.bold, displaySafe(heading)) + "\n\n")
        output.flush()
    }
}

extension ExitStatus {
    /// What failed comes before what was found, and that before what could not be told.
    fileprivate func graver(_ other: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [.done, .insufficientEvidence, .findings, .failed]
        let places = [self, other].map { order.firstIndex(of: $0) ?? order.count }
        return places[0] >= places[1] ? self : other
    }
}
