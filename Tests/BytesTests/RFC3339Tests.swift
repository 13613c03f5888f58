import Bytes
import Testing

@Suite("Instants") struct RFC3339Tests {
    @Test(
        "an instant is read whatever its precision and zone",
        arguments: [
            ("2026-11-20T22:09:43.742107Z", 1_795_212_583_742_107_000),
            ("2026-11-20T22:09:43Z", 1_795_212_583_000_000_000),
            ("2026-11-20 22:09:43.1", 1_795_212_583_100_000_000),
            ("2026-11-20T23:09:43.000000001+01:00", 1_795_212_583_000_000_001),
            ("1969-12-31T23:59:59.5Z", -500_000_000),
            ("1950-01-01T00:00:00Z", RFC3339.earliest),
            ("2199-12-31T23:59:59.999999999Z", RFC3339.latest),
        ])
    func reads(_ text: String, _ nanoseconds: Int64) {
        #expect(RFC3339.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "what is no instant is nil",
        arguments: [
            "", "2026", "2026-13-20T22:09:43Z", "2026-02-30T22:09:43Z", "2026-11-20T24:00:00Z",
            "2026-11-20T22:09:43.Z", "2026-11-20T22:09:43Zx", "2026-11-20T22:09:43+1:00",
            "9999-11-20T22:09:43Z", "1677-09-21T00:12:44Z", "1949-12-31T23:59:59.9Z",
            "2200-01-01T00:00:00Z", "2262-04-11T23:47:16.9Z", "1950-01-01T00:00:00+00:01",
        ])
    func rejects(_ text: String) {
        #expect(RFC3339.nanoseconds(text) == nil)
    }

    @Test(
        "what is written is read back",
        arguments: [0, -1, 1_795_212_583_742_107_000, 951_782_400_000_000_001])
    func roundTrips(_ nanoseconds: Int64) {
        #expect(RFC3339.nanoseconds(RFC3339.text(nanoseconds)) == nanoseconds)
    }
}
