import Arguments
import Bytes

/// What `instant` reads, for a person who wrote something else.
let instantHint =
    "Such as 2026-01-31T09:30:00Z, 09:30 or 09:30:15 (of the recording's first day), 10m (after "
    + "the first request), -10m (before the last), start or end"

/// `start`, `end`, RFC 3339, a time of the recording's first day, `10m` after the first request, or
/// `-10m` before the last.
func instantMeant(by text: String, within span: ClosedRange<Int64>?) -> Int64? {
    if text == "start" { return .min }
    if text == "end" { return .max }
    if let instant = RFC3339.nanoseconds(text) { return instant }
    let first = span?.lowerBound ?? 0
    if text.contains(":") {
        let day = RFC3339.text(first).prefix(11)
        let seconds = text.split(separator: ":").count == 2 ? ":00" : ""
        return RFC3339.nanoseconds("\(day)\(text)\(seconds)Z")
    }
    guard let offset = DurationText.nanoseconds(text) else { return nil }
    let base = text.hasPrefix("-") ? span?.upperBound ?? 0 : first
    let (sum, overflow) = base.addingReportingOverflow(offset)
    return overflow ? base : sum
}
