import Bytes
import ControlPlane
import Judgments
import KubeAPI

/// What the servers' clocks leave open, server by server.
struct ClockLimits: Sendable {
    private var readings: [(server: String, reading: ServerClocks.Reading)] = []

    init() {}

    init(_ clocks: ServerClocks, _ names: Names) {
        readings = clocks.readings.enumerated().compactMap { id, reading in
            let name = names.servers[UInt32(id)]
            let isOff = clocks.corrections[id] != 0 || reading.varies
            return isOff && !name.isEmpty ? (name, reading) : nil
        }
    }

    /// A clock that was wrong and is known to less than this may hide what came first.
    private static let sure: Int64 = 500_000_000

    var evidence: [Evidence] {
        readings.map { server, reading in
            if reading.varies { return ClockLimits.varying(server, reading) }
            let isSure = reading.margin <= ClockLimits.sure
            let direction = reading.ahead > 0 ? "ahead of" : "behind"
            let amount = ClockText.seconds(Int64(clamping: reading.ahead.magnitude))
            let source = reading.basis == .told ? ", as --clock says" : ""
            return Evidence(
                .clockOffset, isSure ? .notes : .weakens, subject: server,
                summary: "the clock of \(server) was \(amount) \(direction) the others\(source)",
                effect: "its instants are corrected for it"
                    + (reading.basis == .told
                        ? "" : ", to within \(ClockText.seconds(reading.margin))"),
                remedy: isSure ? "" : "say what it was: --clock \(server)=+…s, or -…s")
        }
    }

    private static func varying(_ server: String, _ reading: ServerClocks.Reading) -> Evidence {
        Evidence(
            .clockOffset, .weakens, subject: server,
            summary: "the clock of \(server) was set while the log was written, or runs at another "
                + "pace than the others",
            effect: "of what lies \(ClockText.seconds(reading.margin)) apart or less, what came "
                + "first is open",
            remedy: "capture the time before it was set and the time after it apart, each with "
                + "--clock \(server)=+…s, or -…s")
    }
}

extension RecordedOutline {
    /// What is known of each server's clock, in words.
    public var clockTexts: [String: String] {
        let known = clocks.readings.enumerated().compactMap { id, reading in
            let name = names.servers[UInt32(id)]
            return name.isEmpty ? nil : (name, ClockText.text(reading))
        }
        return Dictionary(known) { first, _ in first }
    }
}

/// Differences between clocks in words.
enum ClockText {
    /// `30.02 s`, `20 ms`.
    static func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
        let hundredths = milliseconds / 10 % 100
        return "\(milliseconds / 1_000).\(hundredths < 10 ? "0" : "")\(hundredths) s"
    }

    /// What `servers` prints of a clock.
    static func text(_ reading: ServerClocks.Reading) -> String {
        let sign = reading.ahead < 0 ? "-" : "+"
        let amount = seconds(Int64(clamping: reading.ahead.magnitude))
        switch reading.basis {
        case .told: return "\(sign)\(amount), as told"
        case .compared: return "\(sign)\(amount) ± \(seconds(reading.margin))"
        case .unknown: return "unknown"
        }
    }
}
