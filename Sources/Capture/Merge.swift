import ControlPlane
import Glibc
import KubeAPI
import Recording

/// Joins recordings: the same as capturing all their inputs at once.
///
/// Each one's rows go through the writer of a capture, as what they were read from did; where there
/// is no recording yet, the largest of them is copied, which costs a tenth of that. One cluster
/// comes after the other. The runs of the recordings are left out, since they say nothing of all of
/// them together.
///
/// - Parameters:
///   - cluster: the name for what nobody gave a cluster.
///   - isInterrupted: asked now and then; true ends it, and the same call completes it.
public func mergeRecordings(
    _ others: [String], into path: String, naming cluster: String = "",
    isInterrupted: @Sendable () -> Bool = { false }
) throws(CaptureError) -> CaptureSummary {
    for other in others where FilePlace(path).isSame(as: FilePlace(other)) {
        throw .input(path: other, reason: "it is the recording that is added to")
    }
    let shares = try recorded { () throws(RecordingError) in
        // Whatever is wrong with one of them is said before anything is written.
        var shares: [Share] = []
        for other in others { shares += try Share.all(of: other, naming: cluster) }
        return shares
    }
    let inputs = others.map { "merge \($0)" }
    var targets: [String] = []
    for share in shares where !targets.contains(share.target) { targets.append(share.target) }
    let awaiting = targets.map { (name: $0, inputs: inputs) }
    let isNew = cluster.isEmpty && access(path, F_OK) != 0
    let copied = isNew ? try copyLargest(of: others, to: path, awaiting) : nil
    return try recorded { () throws(RecordingError) in
        if copied == nil, targets.count > 1 { try beginCaptures(awaiting, in: path) }
        var summary = CaptureSummary()
        for target in targets where !summary.isInterrupted {
            let own = shares.filter { $0.target == target && $0.path != copied?.path }
            let part = try merge(own, into: path, inputs, of: target, isInterrupted)
            summary.add(targets.count > 1 ? part.of(target) : part)
        }
        summary.added += copied?.requests ?? 0
        summary.sources = others.count
        return summary
    }
}

/// What a recording holds of one cluster, and which cluster it is to be part of.
private struct Share {
    var path: String
    var cluster: String
    var target: String

    static func all(of path: String, naming name: String) throws(RecordingError) -> [Share] {
        let clusters = try Recording.clusterNames(at: path)
        return (clusters.isEmpty ? [""] : clusters).map {
            Share(path: path, cluster: $0, target: $0.isEmpty ? name : $0)
        }
    }
}

/// Merges what is of one cluster.
private func merge(
    _ shares: [Share], into path: String, _ inputs: [String], of cluster: String,
    _ isInterrupted: () -> Bool
) throws(RecordingError) -> CaptureSummary {
    let recording = try Recording(
        path: path, access: .create, of: .named(cluster), journal: .inPlace)
    let writer = try RecordingWriter(recording, inputs: inputs, isMerging: true)
    var names = writer.takeNames()
    var mark = NamesDelta.Mark(storedOf: names)
    var summary = CaptureSummary()
    for share in shares where !summary.isInterrupted {
        try writer.merge(
            Recording(path: share.path, access: .read, of: .named(share.cluster)), names: &names,
            mark: &mark, isInterrupted: isInterrupted)
        summary.isInterrupted = isInterrupted()
    }
    let (written, processes) = try writer.finishWithProcesses()
    summary.take(written)
    summary.warnings += MixedLog.all(in: processes).map(\.sentence)
    return summary
}

/// Makes the recording from the largest of the others.
private func copyLargest(
    of others: [String], to path: String, _ clusters: [(name: String, inputs: [String])]
) throws(CaptureError) -> (path: String, requests: Int)? {
    let sized = others.map { other in
        var status = stat()
        return (size: stat(other, &status) == 0 ? Int(status.st_size) : 0, path: other)
    }
    guard let largest = sized.max(by: { $0.size < $1.size })?.path else { return nil }
    let output: OutputFile
    do throws(OutputError) {
        output = try OutputFile(path, reading: others)
    } catch {
        throw .output(error)
    }
    guard let draft = output.draftPath else { return nil }
    let requests = try recorded { () throws(RecordingError) in
        try copyWithoutRuns(largest, into: draft, awaiting: clusters)
    }
    do throws(OutputError) {
        try output.commit()
    } catch {
        throw .output(error)
    }
    return (largest, requests)
}
