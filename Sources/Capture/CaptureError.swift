public import Recording

/// Does what may fail for the sake of a recording.
func recorded<R>(_ body: () throws(RecordingError) -> R) throws(CaptureError) -> R {
    do throws(RecordingError) {
        return try body()
    } catch {
        throw .recording(error)
    }
}

/// Why a capture cannot be done at all; what is wrong inside an input is a reject instead.
public enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An input that is named on the command line cannot be read.
    case input(path: String, reason: String)
    /// No input holds a file that could be a log.
    case nothingToRead(paths: [String])
    /// A key log was given in which no line is a secret.
    case noKeys(path: String)
    case noThread
    case recording(RecordingError)
    case output(OutputError)
    /// An interface gives no packets.
    case live(LiveFailure)

    public var description: String {
        switch self {
        case .input(let path, let reason): "cannot read \(path): \(reason)"
        case .nothingToRead(let paths):
            "there is no file to read in \(paths.joined(separator: ", "))"
        case .noKeys(let path):
            "\(path) holds no TLS secret: expected lines such as 'CLIENT_RANDOM 52f1… 9ac0…', "
                + "in hexadecimal"
        case .noThread: "the system gives no thread to work in"
        case .recording(let error): error.description
        case .output(let error): error.description
        case .live(let failure): failure.description
        }
    }
}
