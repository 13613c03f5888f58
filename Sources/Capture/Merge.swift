import ControlPlane
import KubeAPI
import Recording

/// Joins recordings: the same as capturing all their inputs at once.
///
/// Each one's rows go through the writer of a capture, as what they were read from did. The runs
/// of the recordings are left out, since they say nothing of all of them together.
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
        let writer = try RecordingWriter(
            Recording(path: path, access: .create, journal: .inPlace),
            inputs: others.map { "merge \($0)" })
        var names = writer.takeNames()
        var mark = NamesDelta.Mark(storedOf: names)
        var summary = CaptureSummary()
        for other in others where !summary.isInterrupted {
            try writer.merge(
                Recording(path: other, access: .read), names: &names, mark: &mark,
                isInterrupted: isInterrupted)
            summary.isInterrupted = isInterrupted()
            summary.sources += 1
        }
        if summary.isInterrupted { writer.wasCut() }
        let (written, processes) = try writer.finishWithProcesses()
        summary.take(written)
        summary.warnings += MixedLog.all(in: processes).map(\.sentence)
        return summary
    } catch {
        throw .recording(error)
    }
}
