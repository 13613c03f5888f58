/// Durations as Kubernetes writes them (`1h30m`, `2.391s`, `250ms`, `-5m`), in nanoseconds; days
/// (`2d`) are read too.
public enum DurationText {
    /// The longest duration that is read, about nine and a half years: sums of a few stay in range.
    public static let longest: Int64 = 300_000_000_000_000_000

    /// nil where the text is no duration, or a longer one than `limit`.
    public static func nanoseconds(_ text: String) -> Int64? {
        var rest = Substring(text).utf8
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = component(&rest) else { return nil }
            total += part
            guard total <= longest else { return nil }
        }
        return isNegative ? -total : total
    }

    /// The shortest exact form: `1h30m`, `10m6s`, `2.391s`, `250ms`, `0s`.
    public static func text(_ nanoseconds: Int64) -> String {
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        if magnitude == 0 { return "0s" }
        if magnitude < 1_000_000_000 { return sign + fractionOfSecond(magnitude) }
        let (minutes, rest) = magnitude.quotientAndRemainder(dividingBy: 60_000_000_000)
        let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        var text = sign
        if hours > 0 { text += "\(hours)h" }
        if minute > 0 { text += "\(minute)m" }
        if rest > 0 { text += decimal(rest, places: 9) + "s" }
        return text
    }

    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ]

    /// One number with its unit; nil where there is none, or where it is beyond `limit`.
    private static func component(_ rest: inout Substring.UTF8View) -> Int64? {
        let whole = rest.prefix { $0 >= 48 && $0 <= 57 }
        rest = rest.dropFirst(whole.count)
        var fraction = whole.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix { $0 >= 48 && $0 <= 57 }
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty, whole.count <= 18 else { return nil }
        let name = rest.prefix { !($0 >= 48 && $0 <= 57) && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(name.count)
        guard let unit = units.first(where: { name.elementsEqual($0.suffix.utf8) }) else {
            return nil
        }
        let number = whole.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        let (scaled, overflow) = number.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow, scaled <= longest else { return nil }
        var value = scaled
        var scale = unit.nanoseconds
        for digit in fraction where scale > 0 {
            // Digits that are finer than a nanosecond are dropped.
            value += Int64(digit - 48) * scale / 10
            scale /= 10
        }
        return value
    }

    private static func fractionOfSecond(_ nanoseconds: UInt64) -> String {
        if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
        if nanoseconds >= 1_000_000 { return decimal(nanoseconds, places: 6) + "ms" }
        if nanoseconds % 1_000 == 0 { return "\(nanoseconds / 1_000)us" }
        return "\(nanoseconds)ns"
    }

    /// A number divided by a power of ten, without the zeros at its end.
    private static func decimal(_ number: UInt64, places: Int) -> String {
        var scale: UInt64 = 1
        for _ in 0..<places { scale *= 10 }
        let (whole, fraction) = number.quotientAndRemainder(dividingBy: scale)
        if fraction == 0 { return "\(whole)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: places - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
