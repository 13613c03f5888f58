import Bytes

/// Reads the timestamps of a log, whose next line is nearly always of the same day.
///
/// The form that API servers write, `2026-11-20T22:09:43.742107Z`, is read in a few steps when
/// the day is the one before; anything else goes to `RFC3339`, which knows every form.
struct Instants {
    // The day as its eleven bytes `2026-11-20T`, in two overlapping words.
    private var dayHead: UInt64 = 0
    private var dayTail: UInt32 = 0
    private var dayStart: Int64 = 0

    @inline(__always)
    mutating func nanoseconds(_ text: ByteRun) -> Int64? {
        if text.count == 27 {
            let raw = UnsafeRawBufferPointer(text)
            if raw.loadUnaligned(as: UInt64.self) == dayHead,
                raw.loadUnaligned(fromByteOffset: 7, as: UInt32.self) == dayTail,
                let second = Instants.secondOfDay(raw), let micros = Instants.microseconds(raw)
            {
                return dayStart &+ second &* 1_000_000_000 &+ micros &* 1_000
            }
        }
        return slowly(text)
    }

    @inline(never)
    private mutating func slowly(_ text: ByteRun) -> Int64? {
        guard let instant = RFC3339.nanoseconds(text) else { return nil }
        let raw = UnsafeRawBufferPointer(text)
        if text.count == 27, text[26] == UInt8(ascii: "Z"), text[10] == UInt8(ascii: "T"),
            let second = Instants.secondOfDay(raw), let micros = Instants.microseconds(raw)
        {
            dayHead = raw.loadUnaligned(as: UInt64.self)
            dayTail = raw.loadUnaligned(fromByteOffset: 7, as: UInt32.self)
            dayStart = instant &- second &* 1_000_000_000 &- micros &* 1_000
        }
        return instant
    }

    /// Reads `HH:MM:SS` at byte 11; leap seconds take the slow way.
    @inline(__always)
    private static func secondOfDay(_ raw: UnsafeRawBufferPointer) -> Int64? {
        let colon = UInt8(ascii: ":")
        guard raw[13] == colon, raw[16] == colon, let hour = pair(raw, 11), hour < 24,
            let minute = pair(raw, 14), minute < 60, let second = pair(raw, 17), second < 60
        else { return nil }
        return hour &* 3_600 &+ minute &* 60 &+ second
    }

    /// Reads `.ffffffZ` at byte 19.
    @inline(__always)
    private static func microseconds(_ raw: UnsafeRawBufferPointer) -> Int64? {
        guard raw[19] == UInt8(ascii: "."), raw[26] == UInt8(ascii: "Z"),
            let first = pair(raw, 20), let second = pair(raw, 22), let third = pair(raw, 24)
        else { return nil }
        return first &* 10_000 &+ second &* 100 &+ third
    }

    @inline(__always)
    private static func pair(_ raw: UnsafeRawBufferPointer, _ offset: Int) -> Int64? {
        let tens = raw[offset] &- 48
        let ones = raw[offset &+ 1] &- 48
        return tens < 10 && ones < 10 ? Int64(tens) &* 10 &+ Int64(ones) : nil
    }
}
