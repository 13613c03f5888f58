import Testing

@testable import AuditLog

@Suite("Envelopes")
struct EnvelopeTests {
    @Test("every envelope yields the events of the plain log", arguments: Envelope.all)
    func sameEvents(_ envelope: Envelope) {
        let result = unwrap(envelope.wrap(PlainEvents.all))
        #expect(difference(result.events, PlainEvents.all) == nil)
        #expect(result.rejects == [])
        #expect(result.notAudit == envelope.notAudit)
        #expect(Set(result.servers) == [envelope.server])
        #expect(result.truncated == 0)
    }

    @Test("it does not matter where the bytes are split", arguments: Envelope.all)
    func everySplit(_ envelope: Envelope) {
        let bytes = Array(envelope.wrap(PlainEvents.few).utf8)
        let whole = unwrap(bytes)
        #expect(whole.events.count == PlainEvents.few.count)
        for cut in 1..<bytes.count where unwrap(bytes, splitAt: [cut]) != whole {
            Issue.record("split at byte \(cut)")
            break
        }
    }

    @Test("bytes may come one by one", arguments: Envelope.all)
    func oneByOne(_ envelope: Envelope) {
        let bytes = Array(envelope.wrap(PlainEvents.few).utf8)
        #expect(unwrap(bytes, pieces: 1) == unwrap(bytes))
    }

    @Test("lists too big to be held are read element by element", arguments: Envelope.all)
    func streamed(_ envelope: Envelope) {
        let bytes = Array(envelope.wrap(PlainEvents.all).utf8)
        let small = EnvelopeReader(recordLimit: 1 << 20, wholeLimit: 3000)
        let result = unwrap(bytes, reader: small)
        #expect(difference(result.events, PlainEvents.all) == nil)
        #expect(result.rejects == [])
        #expect(Set(result.servers) == [envelope.server])
        #expect(unwrap(bytes, reader: small, pieces: 7) == result)
    }
}
