import Bytes
import Testing

@Suite("Unique ids") struct UniqueIDTests {
    private static let uuid = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"

    @Test("a UUID is read and printed as it was written")
    func roundTrip() {
        var strings = Interner()
        let id = uniqueID(UniqueIDTests.uuid, &strings)
        #expect(id.high == 0x0a1b_2c3d_4e5f_6789)
        #expect(id.low == 0xabcd_ef01_2345_6789)
        #expect(id.text(in: strings) == UniqueIDTests.uuid)
        #expect(strings.count == 1)
    }

    @Test("at every place all bytes but digits, a to f and the hyphens make it a text")
    func everyByteEverywhere() {
        let bytes = Array(UniqueIDTests.uuid.utf8)
        for place in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[place] = byte
                let isDigit = (48...57).contains(byte) || (97...102).contains(byte)
                let isHyphen = [8, 13, 18, 23].contains(place)
                let id = changed.withUnsafeBufferPointer { UniqueID(uuid: $0) }
                #expect((id != nil) == (isHyphen ? byte == 45 : isDigit))
            }
        }
    }

    @Test("a text that is no UUID prints as it was read", arguments: ["", "x", "0A1B", "kube-ci"])
    func texts(text: String) {
        var strings = Interner()
        #expect(uniqueID(text, &strings).text(in: strings) == text)
    }

    private func uniqueID(_ text: String, _ strings: inout Interner) -> UniqueID {
        Array(text.utf8).withUnsafeBufferPointer { UniqueID($0, in: &strings) }
    }
}
