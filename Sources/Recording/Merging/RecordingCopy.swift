import SQLiteKit

/// Makes a copy of a recording without its runs, which say nothing of what is added to it.
///
/// - Parameters:
///   - draft: an empty file that becomes the copy.
///   - inputs: what is going to be added, so that the copy says that it is not whole yet.
/// - Returns: how many rows of requests it has.
public func copyWithoutRuns(
    _ path: String, into draft: String, inputs: [String]
) throws(RecordingError) -> Int {
    try copyWhole(path, into: draft)
    let copy = try Recording(path: draft, access: .write, journal: .inPlace)
    try copy.run { connection throws(SQLiteError) in
        try CaptureRows.begin(inputs, on: connection)
        let transaction = try connection.begin()
        for table in RunWriter.tables { try connection.execute("DELETE FROM \(table)") }
        try transaction.commit()
    }
    let requests = try copy.count("SELECT count(*) FROM request")
    try copy.close()
    return requests
}

/// Copies all of a recording as it is at one instant, whoever writes to it meanwhile.
func copyWhole(_ path: String, into draft: String) throws(RecordingError) {
    try Recording(path: path, access: .read).run { connection throws(SQLiteError) in
        var copy = try connection.prepare("VACUUM INTO ?")
        copy.bind(1, draft)
        try copy.run()
    }
}
