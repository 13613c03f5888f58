import Judgments
import Analysis
import Dispatch
import Glibc

/// Ends the process where SQLite does not look at the clock: within a function such as `instr`,
/// which may compare megabytes with megabytes for hours.
///
/// SQLite's own limit comes first; this is for what outlives it. A query only reads, so nothing is
/// lost but its output.
final class Watchdog {
    /// What SQLite is given to notice by itself.
    private static let grace = Duration.seconds(1)

    private let timer: any DispatchSourceTimer

    init(after limit: Duration) {
        timer = DispatchSource.makeTimerSource(queue: .global())
        let seconds = min((limit + Watchdog.grace) / .seconds(1), 1e9)
        timer.schedule(deadline: .now() + seconds)
        let text = English.duration(limit)
        timer.setEventHandler {
            StandardError.write(
                "kubeskew: the query was stopped after \(text)\n"
                    + "--timeout allows more, and --timeout 0 any time.\n")
            _exit(ExitStatus.failed.rawValue)
        }
        timer.resume()
    }

    func cancel() { timer.cancel() }
}
