import Testing

@testable import Capture

/// The key log that is written beside the packets of an interface.
struct KeyLogEdgeTests {
    @Test("of a key log eight megabytes are written, and a cut is told", arguments: [0, 1])
    func written(excess: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/keys.log"
            write(String(repeating: "x", count: (8 << 20) + excess), to: path)
            let written = KeyLogFollower(path: path).written()
            #expect(written.bytes.count == 8 << 20)
            #expect(written.isCut == (excess == 1))
        }
    }
}
