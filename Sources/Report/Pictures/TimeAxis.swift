/// Instants as places on a line, and where its ticks stand.
struct TimeAxis {
    let from: Int64
    let until: Int64
    /// In the units of the picture.
    let left: Double
    let width: Double

    init(from: Int64, until: Int64, left: Double, width: Double) {
        self.from = from
        self.until = max(until, from == .max ? from : from + 1)
        self.left = left
        self.width = width
    }

    // In floating point: the instants of a hostile log may lie more than 2^63 ns apart.
    private var span: Double { max(1, Double(until) - Double(from)) }

    /// Within the picture, wherever the instant is.
    func x(_ instant: Int64) -> Double {
        left + width * min(1, max(0, (Double(instant) - Double(from)) / span))
    }

    private static let steps: [Int64] = {
        let second: Int64 = 1_000_000_000
        let seconds: [Int64] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600,
            43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000, 315_360_000,
        ]
        let milliseconds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500]
        return milliseconds.map { $0 * 1_000_000 } + seconds.map { $0 * second }
    }()

    struct Tick {
        var x: Double
        var label: String
    }

    /// At round instants, and no more of them than fit.
    func ticks(atMost limit: Int) -> [Tick] {
        guard let last = TimeAxis.steps.last else { return [] }
        let step = TimeAxis.steps.first { span / Double($0) <= Double(limit) } ?? last
        let remainder = from % step
        var ticks: [Tick] = []
        var instant = remainder == 0 ? from : from &- remainder &+ (remainder < 0 ? 0 : step)
        while instant <= until, ticks.count <= limit {
            ticks.append(Tick(x: x(instant), label: label(instant, step: step)))
            let (next, overflow) = instant.addingReportingOverflow(step)
            if overflow { break }
            instant = next
        }
        return ticks
    }

    private func label(_ instant: Int64, step: Int64) -> String {
        let second: Int64 = 1_000_000_000
        if step < second { return Wording.clockWithMilliseconds(instant) }
        if step >= 86_400 * second { return Wording.date(instant) }
        let clock = Wording.clock(instant)
        return step % (60 * second) == 0 ? String(clock.prefix(5)) : clock
    }
}

/// How far apart two instants are, however far.
func distance(_ from: Int64, _ until: Int64) -> Int64 {
    let (length, overflow) = until.subtractingReportingOverflow(from)
    return overflow ? .max : length
}
