import Judgments
import Testing

@Suite("Counts and times in words") struct EnglishTests {
    @Test(
        "a span of time has the two units that matter, and tenths below ten seconds",
        arguments: [
            (-1, "0 ms"), (0, "0 ms"), (450_999_999, "450 ms"), (1_000_000_000, "1 s"),
            (3_449_000_000, "3.4 s"), (9_960_000_000, "10 s"), (59_999_000_000, "59 s"),
            (102_000_000_000, "1 min 42 s"), (120_000_000_000, "2 min"),
            (7_500_000_000_000, "2 h 5 min"), (273_600_000_000_000, "3 d 4 h"),
            (.max, "106751 d 23 h"),
        ] as [(Int64, String)])
    func spans(nanoseconds: Int64, text: String) {
        #expect(English.duration(nanoseconds) == text)
    }

    @Test("a duration of the clock is worded alike, however long or short")
    func durations() {
        #expect(English.duration(.milliseconds(200)) == "200 ms")
        #expect(English.duration(.seconds(0.2)) == "200 ms")
        #expect(English.duration(.seconds(-5)) == "0 ms")
        #expect(English.duration(.seconds(Int64.max)) == "104166 d 16 h")
    }

    @Test("what is counted is in the plural unless it is one")
    func counts() {
        #expect(English.count(0, "request") == "0 requests")
        #expect(English.count(1, "policy") == "1 policy")
        #expect(English.count(2, "policy") == "2 policies")
    }
}
