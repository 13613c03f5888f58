import AuditLog
import Bytes
import KubeAPI
import Testing

@Suite("Events in envelopes") struct EnvelopeParityTests {
    @Test("every envelope gives the requests of the plain log", arguments: Envelope.all)
    func sameRequests(_ envelope: Envelope) {
        let plain = Reading(PlainEvents.all.joined(separator: "\n"), server: "")
        let reading = Reading(envelope.wrap(PlainEvents.all), server: "")
        #expect(reading.rejects == [])
        #expect(reading.requests.count == PlainEvents.all.count)
        for (request, expected) in zip(reading.requests, plain.requests) {
            #expect(row(request, reading) == row(expected, plain))
        }
        let servers = Set(reading.requests.map { reading.names.servers[$0.server] })
        #expect(servers == [envelope.server ?? ""])
    }

    @Test("the server that the caller names is the server, whatever the envelope says")
    func namedServer() {
        for envelope in Envelope.all {
            let reading = Reading(envelope.wrap(PlainEvents.few), server: "mine")
            #expect(Set(reading.requests.map { reading.names.servers[$0.server] }) == ["mine"])
        }
    }

    @Test("it does not matter how the bytes are cut", arguments: Envelope.all)
    func everyCut(_ envelope: Envelope) {
        let text = envelope.wrap(PlainEvents.few)
        let whole = Reading(text, server: "").transcript
        for chunk in [1, 7, 64, 1_000] {
            #expect(Reading(text, server: "", chunk: chunk).transcript == whole)
        }
    }

    private func row(_ request: Request, _ reading: Reading) -> String {
        "\(request.at) \(request.auditID.text(in: reading.names.strings)) "
            + "\(reading.summary(request)) \(reading.client(request)) \(request.status) "
            + "\(request.notFound) \(request.stage) \(request.level) "
            + "\(request.durationMicroseconds)"
    }
}
