import Judgments
import Analysis
import Glibc
import Output

/// Bytes done, rate and time left, on one line of the terminal.
///
/// Made by a verb that reads much; `update` may be called as often as one likes.
struct ProgressBar {
    private let terminal: Terminal
    private let label: String
    /// Zero where the end is not known, as with standard input.
    private let total: Int
    private let start: Int64
    private var lastDraw: Int64

    init(_ label: String, total: Int, terminal: Terminal) {
        self.label = displaySafe(label)
        self.total = total
        self.terminal = terminal
        start = monotonicNanoseconds()
        lastDraw = start
    }

    mutating func update(done: Int, detail: String = "") {
        guard terminal.isDrawing else { return }
        let now = monotonicNanoseconds()
        guard now - lastDraw >= 100_000_000 else { return }
        lastDraw = now
        terminal.draw(line(done: done, seconds: Double(now - start) / 1e9, detail: detail))
    }

    func finish() { terminal.clear() }

    private func line(done: Int, seconds: Double, detail: String) -> String {
        let rate = Double(done) / max(seconds, 0.001)
        // What matters least goes first where the line would not fit.
        var parts = [detail.isEmpty ? "" : displaySafe(detail), "\(byteText(Int(rate)))/s"]
        var head = label
        if total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 20)
            let bar = String(repeating: "=", count: filled)
            head += "  [\(bar)\(String(repeating: " ", count: 20 - filled))]  \(Int(share * 100))%"
            parts.append("\(byteText(done)) of \(byteText(total))")
        } else {
            parts.append(byteText(done))
        }
        if total > done, rate > 0 {
            let seconds = Int64(min(Double(total - done) / rate, 3e9))
            parts.append("\(English.duration(seconds * 1_000_000_000)) left")
        }
        let width = max(20, (Terminal.width(of: STDERR_FILENO) ?? 80) - 1)
        for shown in parts.indices {
            let rest = parts[shown...].reversed().filter { !$0.isEmpty }
            let line = ([head] + rest).joined(separator: "  ")
            if displayWidth(line) <= width { return line }
        }
        return String(head.prefix(width))
    }
}

func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
