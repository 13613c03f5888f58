public import SQLiteKit

/// Why a recording cannot be opened, read or written; each case says so in one sentence.
public enum RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    case notFound(path: String)
    case cannotOpen(path: String, reason: String)
    /// The file is there and is something else.
    case notARecording(path: String)
    /// A later version of the tool made it.
    case newerSchema(path: String, found: Int64, known: Int64)
    /// An earlier version of the tool made it, and it cannot be written to.
    case olderSchema(path: String, found: Int64, reason: String)
    /// It holds several clusters, and nobody said which one is meant.
    case severalClusters(path: String, names: [String])
    case noSuchCluster(path: String, name: String, known: [String])
    /// Another process holds the file for writing.
    case beingWritten(path: String)
    case diskFull(path: String)
    case damaged(path: String, message: String)
    case interrupted(path: String)
    case failed(path: String, SQLiteError)

    /// What an error of SQLite means for the recording at `path`.
    public init(_ error: SQLiteError, path: String) {
        if error.isFull {
            self = .diskFull(path: path)
        } else if error.isBusy {
            self = .beingWritten(path: path)
        } else if error.isDamaged {
            self = .damaged(path: path, message: error.message)
        } else if error.isInterrupted {
            self = .interrupted(path: path)
        } else if error.cannotOpen {
            self = .cannotOpen(path: path, reason: error.message)
        } else {
            self = .failed(path: path, error)
        }
    }

    public var description: String {
        switch self {
        case .notFound(let path): "there is no recording \(path)"
        case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
        case .notARecording(let path): "\(path) is not a kubeskew recording"
        case .newerSchema(let path, let found, let known):
            "\(path) was made by a newer kubeskew (schema \(found); this one knows \(known))"
        case .olderSchema(let path, let found, let reason):
            "\(path) was made by an older kubeskew (schema \(found)) and cannot be brought up to "
                + "date: \(reason)"
        case .severalClusters(let path, let names):
            "\(path) holds \(names.count) clusters (\(list(names))): say which one is meant with "
                + "--cluster NAME"
        case .noSuchCluster(let path, let name, let known):
            "\(path) holds no cluster '\(name)'"
                + (known.isEmpty ? "" : ", but \(list(known))")
        case .beingWritten(let path): "another capture is writing to \(path)"
        case .diskFull(let path):
            "the disk of \(path) is full; the recording is sound and holds what was committed, "
                + "and the same command again completes it"
        case .damaged(let path, let message): "\(path) is damaged: \(message)"
        case .interrupted(let path): "the work on \(path) was interrupted"
        case .failed(let path, let error): "\(path): \(error)"
        }
    }

    private func list(_ clusters: [String]) -> String {
        let shown = clusters.prefix(20).map { $0.isEmpty ? "one without a name" : $0 }
        return shown.joined(separator: ", ") + (clusters.count > 20 ? ", …" : "")
    }
}
