import SQLiteKit

/// Whether the passes of a recording were joined to requests, as it says of itself.
enum PassState: String {
    case settled = "0"
    /// A capture is going on, or did not come to its end.
    case unsettled = "1"
    /// A part of a bigger capture, which a merge settles.
    case part

    static let key = "incomplete"

    /// That of a recording; a new one has nothing to settle.
    static func of(_ connection: borrowing Connection) throws(SQLiteError) -> PassState {
        let value = try connection.text("SELECT value FROM meta WHERE key = '\(key)'")
        guard let value else { return .settled }
        return PassState(rawValue: value) ?? .unsettled
    }
}
