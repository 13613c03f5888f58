public import Recording

/// What is carried to other engines: whole views, each a table there.
public enum Export {
    /// The files' names, and the views that they hold.
    public static let tables = [
        ("requests", "v_request"), ("verdicts", "v_verdict"), ("findings", "v_finding"),
        ("finding_requests", "v_finding_request"), ("servers", "v_server"), ("runs", "v_run"),
    ].map { (name: $0.0, view: $0.1) }

    public static func rows(
        of view: String, inRecordingAt path: String, _ clusters: Clusters
    ) -> QueryRun {
        QueryRun(
            recordingPath: path, of: clusters,
            query: QueryText(plain: Recording.wholeView(view)), settings: [], timeLimit: nil)
    }
}
