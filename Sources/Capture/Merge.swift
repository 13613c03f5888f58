import ControlPlane
import Glibc
import KubeAPI
import Recording

/// Joins recordings: the same as capturing all their inputs at once.
///
/// Each one's rows go through the writer of a capture, as what they were read from did; where there
/// is no recording yet, the largest of them is copied, which costs a tenth of that. The runs of the
/// recordings are left out, since they say nothing of all of them together.
///
/// - Parameter isInterrupted: asked now and then; true ends it, and the same call completes it.
public func mergeRecordings(
    _ others: [String], into path: String, isInterrupted: @Sendable () -> Bool = { false }
) throws(CaptureError) -> CaptureSummary {
    for other in others where FilePlace(path).isSame(as: FilePlace(other)) {
        throw .input(path: other, reason: "it is the recording that is added to")
    }
    do throws(RecordingError) {
        // Whatever is wrong with one of them is said before anything is written.
        for other in others { _ = try Recording(path: other, access: .read) }
    } catch {
        throw .recording(error)
    }
    let inputs = others.map { "merge \($0)" }
    let isNew = access(path, F_OK) != 0
    let copied = isNew ? try copyLargest(of: others, to: path, inputs) : nil
    do throws(RecordingError) {
        let writer = try RecordingWriter(
            Recording(path: path, access: .create, journal: .inPlace), inputs: inputs,
            isMerging: true)
        let isInterrupted = try merge(
            others.filter { $0 != copied?.path }, with: writer, isInterrupted)
        let (written, processes) = try writer.finishWithProcesses()
        var summary = CaptureSummary()
        summary.take(written)
        summary.added += copied?.requests ?? 0
        summary.sources = others.count
        summary.isInterrupted = isInterrupted
        summary.warnings += MixedLog.all(in: processes).map(\.sentence)
        return summary
    } catch {
        throw .recording(error)
    }
}

/// Merges one after the other; true where somebody wanted it to end before.
private func merge(
    _ others: [String], with writer: RecordingWriter, _ isInterrupted: () -> Bool
) throws(RecordingError) -> Bool {
    var names = writer.takeNames()
    var mark = NamesDelta.Mark(storedOf: names)
    for other in others {
        try writer.merge(
            Recording(path: other, access: .read), names: &names, mark: &mark,
            isInterrupted: isInterrupted)
        if isInterrupted() { return true }
    }
    return false
}

/// Makes the recording from the largest of the others.
private func copyLargest(
    of others: [String], to path: String, _ inputs: [String]
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
    let requests: Int
    do throws(RecordingError) {
        requests = try copyWithoutRuns(largest, into: draft, inputs: inputs)
    } catch {
        throw .recording(error)
    }
    do throws(OutputError) {
        try output.commit()
    } catch {
        throw .output(error)
    }
    return (largest, requests)
}
