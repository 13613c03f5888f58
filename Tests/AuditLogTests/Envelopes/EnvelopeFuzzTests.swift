import Testing

@testable import AuditLog

/// Damaged envelopes: whatever comes out, it is the same however the bytes arrive.
@Suite("Damaged envelopes")
struct EnvelopeFuzzTests {
    /// SplitMix64: the same damage on every machine.
    private struct Dice {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ mixed >> 31) % UInt64(max(bound, 1)))
        }
    }

    private static let harmful = Array("{}[]\"\\,:\n\0 {\"kind\":\"2026-P F\u{FEFF}".utf8)

    private static func damage(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = bytes
        for _ in 0...dice.next(4) where !bytes.isEmpty {
            let place = dice.next(bytes.count)
            let length = min(dice.next(60), bytes.count - place)
            switch dice.next(6) {
            case 0: bytes[place] = UInt8(dice.next(256))
            case 1: bytes[place] = harmful[dice.next(harmful.count)]
            case 2: bytes.removeSubrange(place..<place + length)
            case 3: bytes.insert(harmful[dice.next(harmful.count)], at: place)
            case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: dice.next(place))
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    @Test(
        "damage neither crashes the reader nor makes it depend on chunks", arguments: Envelope.all)
    func damaged(_ envelope: Envelope) {
        let whole = Array(envelope.wrap(PlainEvents.few).utf8)
        for seed in 0..<40 {
            var dice = Dice(state: UInt64(seed))
            let bytes = EnvelopeFuzzTests.damage(whole, &dice)
            let reader = EnvelopeReader(
                recordLimit: 600 + dice.next(8000), wholeLimit: 100 + dice.next(4000))
            let expected = unwrap(bytes, reader: reader)
            let pieces = 1 + dice.next(97)
            if unwrap(bytes, reader: reader, pieces: pieces) != expected {
                Issue.record("seed \(seed), \(pieces) bytes at a time")
            }
        }
    }
}
