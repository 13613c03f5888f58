import Glibc

/// The right to write a recording: an exclusive `flock` on the file, for as long as this lives.
///
/// A second process is told at once, where SQLite's own locks would let it in between two batches.
/// The kernel lets go of it however the process ends.
struct FileLock: ~Copyable {
    private let descriptor: CInt

    /// - Parameter patience: how long to wait for another process that is writing.
    init(path: String, making: Bool, patience: Duration) throws(RecordingError) {
        let flags = O_RDWR | O_CLOEXEC | (making ? O_CREAT : 0)
        // Who is called what and may do what is not for everybody on the machine.
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard FileLock.take(descriptor, patience) else {
            let reason = errno
            Glibc.close(descriptor)
            if reason == EWOULDBLOCK { throw .beingWritten(path: path) }
            throw .cannotOpen(path: path, reason: String(cString: strerror(reason)))
        }
        self.descriptor = descriptor
    }

    private static func take(_ descriptor: CInt, _ patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK, ContinuousClock.now < end else { return false }
            usleep(10_000)
        }
        return true
    }

    deinit {
        // Not by closing alone: a child that was forked and has not begun its program holds a copy.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }
}
