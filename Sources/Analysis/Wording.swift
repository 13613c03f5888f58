import Arguments
import Bytes

/// `1.4 GB`: decimal units, three digits at most before the unit.
public func byteText(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1_000 { return unit == "B" ? "\(bytes) B" : "\(oneDecimal(value)) \(unit)" }
        value /= 1_000
    }
    return "\(oneDecimal(value)) TB"
}

private func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return value >= 100 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

/// An instant as the views of a recording write it: in whole microseconds.
func instantText(_ nanoseconds: Int64) -> String {
    RFC3339.text(nanoseconds.clampedAdding(-((nanoseconds % 1_000 + 1_000) % 1_000)))
}

/// Text in lines of at most 80 columns.
func wrapped(_ text: String, indent: String, hanging: String? = nil) -> String {
    wrappedLines(text, width: 80, indent: indent, hanging: hanging)
        .joined(separator: "\n") + "\n"
}
