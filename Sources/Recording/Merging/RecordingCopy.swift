import SQLiteKit

/// Makes a copy of a recording without its runs, which say nothing of what is added to it.
///
/// - Parameters:
///   - draft: an empty file that becomes the copy.
///   - clusters: to which something is going to be added, so that the copy says that they are not
///     whole yet, and what.
/// - Returns: how many rows of requests it has.
public func copyWithoutRuns(
    _ path: String, into draft: String, awaiting clusters: [(name: String, inputs: [String])]
) throws(RecordingError) -> Int {
    try copyWhole(path, into: draft)
    try beginCaptures(clusters, in: draft)
    let copy = try Recording(path: draft, access: .write, of: .all, journal: .inPlace)
    try copy.run { connection throws(SQLiteError) in
        let transaction = try connection.begin()
        for table in RunWriter.tables { try connection.execute("DELETE FROM \(table)") }
        try transaction.commit()
    }
    let requests = try copy.count("SELECT count(*) FROM request")
    try copy.close()
    return requests
}

/// Says in a recording what is going to be captured of which clusters, so that none of them passes
/// for whole where it comes to an end before.
public func beginCaptures(
    _ clusters: [(name: String, inputs: [String])], in path: String
) throws(RecordingError) {
    for (name, inputs) in clusters {
        let recording = try Recording(
            path: path, access: .create, of: .named(name), journal: .inPlace)
        let cluster = recording.written
        try recording.run { connection throws(SQLiteError) in
            try CaptureRows.begin(inputs, of: cluster, on: connection)
        }
        try recording.close()
    }
}

/// Copies all of a recording as it is at one instant, whoever writes to it meanwhile.
public func copyWhole(_ path: String, into draft: String) throws(RecordingError) {
    try Recording(path: path, access: .read, of: .all).run { connection throws(SQLiteError) in
        var copy = try connection.prepare("VACUUM INTO ?")
        copy.bind(1, draft)
        try copy.run()
    }
}
