import SQLiteKit

/// Which captures filled a recording, and whether each came to its end.
///
/// A row is there before the first batch is, so that a capture that was killed has left one.
enum CaptureRows {
    static func begin(
        _ inputs: [String], on connection: borrowing Connection
    ) throws(SQLiteError) {
        let transaction = try connection.begin()
        var insert = try connection.prepare(
            "INSERT OR REPLACE INTO capture (inputs, is_whole) VALUES (?, 0)")
        insert.bind(1, key(inputs))
        try insert.run()
        try transaction.commit()
    }

    /// Those that read no more than this one are made up for: it has read the same again.
    static func end(
        _ inputs: [String], on connection: borrowing Connection
    ) throws(SQLiteError) {
        var mended: [String] = []
        var open = try connection.prepare("SELECT inputs FROM capture WHERE NOT is_whole")
        while try open.step() {
            let lines = open.text(0).split(separator: "\n").map(String.init)
            if Set(lines).isSubset(of: inputs) { mended.append(open.text(0)) }
        }
        let transaction = try connection.begin()
        for inputs in mended {
            var update = try connection.prepare(
                "UPDATE capture SET is_whole = 1 WHERE inputs = ?")
            update.bind(1, inputs)
            try update.run()
        }
        try transaction.commit()
    }

    private static func key(_ inputs: [String]) -> String {
        Set(inputs).sorted().joined(separator: "\n")
    }
}
