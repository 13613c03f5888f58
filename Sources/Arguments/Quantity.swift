/// Sizes as people write them on a command line.
public enum Quantity {
    /// Bytes of `1000`, `64KiB`, `64K`, `2G`; units are powers of 1024, decimal with `kB` and `MB`.
    public static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty, let count = Int(number),
            let scale = sizeScale(text.dropFirst(number.count).lowercased())
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: scale)
        return overflow ? nil : bytes
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
