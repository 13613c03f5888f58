import Glibc
import Output
import Synchronization

/// What is said to a person while a verb works: notes, warnings and one line of progress.
///
/// All of it on standard error, and progress only where that is a terminal. Safe to call from the
/// threads of a capture.
final class Terminal: Sendable {
    let paint: Paint
    private let isQuiet: Bool
    private let isVerbose: Bool
    private let drawsProgress: Bool
    private let lineIsDrawn = Mutex(false)

    init(isQuiet: Bool, isVerbose: Bool, paint: Paint, isDumb: Bool) {
        self.isQuiet = isQuiet
        self.isVerbose = isVerbose
        self.paint = paint
        drawsProgress = !isQuiet && !isDumb && isatty(STDERR_FILENO) == 1
    }

    /// What a person likes to know; `-q` leaves it out.
    func note(_ message: String) {
        if !isQuiet { say(displaySafe(message)) }
    }

    /// What only `-v` says.
    func detail(_ message: String) {
        if isVerbose { say(paint(.dim, displaySafe(message))) }
    }

    /// What a person must know.
    func warn(_ message: String) {
        say(paint(.yellow, "warning:") + " " + displaySafe(message))
    }

    /// Replaces the progress line; does nothing where there is none to see.
    func draw(_ line: @autoclosure () -> String) {
        guard drawsProgress else { return }
        let text = line()
        lineIsDrawn.withLock { isDrawn in
            StandardError.write("\r\(text)\u{1b}[K")
            isDrawn = true
        }
    }

    /// Takes the progress line away.
    func clear() {
        lineIsDrawn.withLock { isDrawn in
            if isDrawn { StandardError.write("\r\u{1b}[K") }
            isDrawn = false
        }
    }

    var isDrawing: Bool { drawsProgress }

    private func say(_ text: String) {
        var line = text
        if let width = Terminal.width(of: STDERR_FILENO) {
            var prose = Prose(width: width)
            line = prose.folded(text)
        }
        lineIsDrawn.withLock { isDrawn in
            StandardError.write((isDrawn ? "\r\u{1b}[K" : "") + line + "\n")
            isDrawn = false
        }
    }

    /// Columns of the terminal behind a stream; nil where there is none.
    ///
    /// COLUMNS overrides what the terminal says, as elsewhere.
    static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 {
            return columns
        }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
