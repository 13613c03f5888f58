/// RFC 3339 instants as nanoseconds since 1970, both ways, without Foundation.
///
/// Audit logs carry microseconds with `Z`; vendors' envelopes carry anything from whole seconds to
/// nanoseconds, with offsets, and a space where the `T` should be. All of that is read; leap
/// seconds are read as the second before.
public enum RFC3339 {
    /// Nanoseconds since the epoch, or nil where the text is no instant.
    public static func nanoseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count >= 19,
            let year = digits(bytes, 0, 4), bytes[4] == UInt8(ascii: "-"),
            let month = digits(bytes, 5, 2), (1...12).contains(month),
            bytes[7] == UInt8(ascii: "-"),
            let day = digits(bytes, 8, 2), (1...daysIn(month: month, year: year)).contains(day),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t")
                || bytes[10] == UInt8(ascii: " "),
            let hour = digits(bytes, 11, 2), hour < 24, bytes[13] == UInt8(ascii: ":"),
            let minute = digits(bytes, 14, 2), minute < 60, bytes[16] == UInt8(ascii: ":"),
            let second = digits(bytes, 17, 2), second <= 60
        else { return nil }
        guard let (fraction, next) = fractionOfSecond(bytes, from: 19),
            let offset = zoneOffset(bytes, from: next)
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + min(second, 59) - offset
        let (scaled, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let instant = scaled &+ Int64(fraction)
        return overflow || instant != clamped(instant) ? nil : instant
    }

    /// The instants that are any: of the years from 1950 to 2199.
    ///
    /// Between two of them every difference fits into 64 bits: nothing behind the edge has to think
    /// of overflow.
    public static let earliest: Int64 = -631_152_000_000_000_000
    public static let latest: Int64 = 7_258_118_400_000_000_000 - 1

    /// The nearest instant that is one, for times that a file states as a number.
    @inlinable
    public static func clamped(_ nanoseconds: Int64) -> Int64 {
        min(max(nanoseconds, earliest), latest)
    }

    public static func nanoseconds(_ text: String) -> Int64? {
        var copy = text
        return copy.withUTF8 { nanoseconds($0) }
    }

    /// `2026-11-20 22:09:43`: for sentences, where a fraction of a second says nothing.
    public static func moment(_ nanoseconds: Int64) -> String {
        let text = text(nanoseconds)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }

    /// `2026-11-20T22:09:43.742107Z`: microseconds, or nanoseconds where there are any.
    public static func text(_ nanoseconds: Int64) -> String {
        let (seconds, fraction) = floorDivide(Int(nanoseconds), 1_000_000_000)
        let (days, secondOfDay) = floorDivide(seconds, 86_400)
        let (year, month, day) = civilDate(daysSinceEpoch: days)
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
        text += "\(padded(secondOfDay / 3_600, 2)):\(padded(secondOfDay / 60 % 60, 2)):"
        text += "\(padded(secondOfDay % 60, 2))."
        text += fraction % 1_000 == 0 ? padded(fraction / 1_000, 6) : padded(fraction, 9)
        return text + "Z"
    }

    private static func digits(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int
    ) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = Int(bytes[index]) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func fractionOfSecond(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (nanoseconds: Int, next: Int)? {
        guard start < bytes.count,
            bytes[start] == UInt8(ascii: ".") || bytes[start] == UInt8(ascii: ",")
        else { return (0, start) }
        var index = start + 1
        var value = 0
        var scale = 1_000_000_000
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
            if scale > 1 {
                scale /= 10
                value += (Int(bytes[index]) - 48) * scale
            }
            index += 1
        }
        return index == start + 1 ? nil : (value, index)
    }

    private static func zoneOffset(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        // No zone at all is how several exports write UTC.
        if start == bytes.count { return 0 }
        if bytes[start] == UInt8(ascii: "Z") || bytes[start] == UInt8(ascii: "z") {
            return start + 1 == bytes.count ? 0 : nil
        }
        let sign =
            bytes[start] == UInt8(ascii: "+") ? 1 : bytes[start] == UInt8(ascii: "-") ? -1 : 0
        guard sign != 0, bytes.count == start + 6, bytes[start + 3] == UInt8(ascii: ":"),
            let hours = digits(bytes, start + 1, 2), hours < 24,
            let minutes = digits(bytes, start + 4, 2), minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    private static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Days of the proleptic Gregorian calendar, with years that begin in March.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func civilDate(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int, _ by: Int) -> (quotient: Int, remainder: Int) {
        let remainder = value % by
        return remainder < 0 ? (value / by - 1, remainder + by) : (value / by, remainder)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
