/// Durations and sizes as people write them on a command line.
public enum Quantity {
    /// Nanoseconds of `90s`, `1h30m`, `250ms`, `-5m`, `1.5s`; nil for anything else.
    ///
    /// A bare `0` is nothing of any unit.
    public static func nanoseconds(_ text: String) -> Int64? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Double(number), let scale = durationScale(unit) else { return nil }
            total += count * scale
        }
        guard total < 9e18 else { return nil }
        return isNegative ? -Int64(total.rounded()) : Int64(total.rounded())
    }

    /// Bytes of `1000`, `64KiB`, `64K`, `2G`; units are powers of 1024, decimal with `kB` and `MB`.
    public static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty, let count = Int(number),
            let scale = sizeScale(text.dropFirst(number.count).lowercased())
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: scale)
        return overflow ? nil : bytes
    }

    private static func durationScale(_ unit: Substring) -> Double? {
        switch unit {
        case "ns": 1
        case "us", "µs": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m": 60e9
        case "h": 3_600e9
        case "d": 86_400e9
        default: nil
        }
    }

    private static func sizeScale(_ unit: String) -> Int? {
        switch unit {
        case "", "b": 1
        case "k", "kib", "ki": 1 << 10
        case "m", "mib", "mi": 1 << 20
        case "g", "gib", "gi": 1 << 30
        case "t", "tib", "ti": 1 << 40
        case "kb": 1_000
        case "mb": 1_000_000
        case "gb": 1_000_000_000
        default: nil
        }
    }
}
