import Bytes
import KubeAPI
import Testing

/// Limits of names and paths at their edge: the last that is kept whole, and the first that is not.
struct EdgeTests {
    private func kept(_ path: String) -> String {
        Array(path.utf8).withUnsafeBufferPointer { bytes in
            RequestPath(bytes).keep(of: bytes) { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test("a segment of a foreign path is kept up to forty bytes")
    func segment() {
        let longest = "/" + String(repeating: "a", count: 40)
        #expect(kept(longest) == longest)
        #expect(!kept(longest + "a").contains("aaa"))
    }

    @Test("a path of a server's own is kept up to 256 bytes")
    func knownPath() {
        let longest = "/livez/" + String(repeating: "a", count: 249)
        #expect(kept(longest) == longest)
        #expect(kept(longest + "a") != longest + "a")
        #expect(kept(longest + "a").utf8.count < 100)
    }

    @Test("a server's name is cut behind 253 bytes, at the end of a character")
    func serverName() {
        let longest = String(repeating: "a", count: 253)
        #expect(ServerName.isValid(longest))
        #expect(ServerName.repaired(longest) == longest)
        #expect(!ServerName.isValid(longest + "a"))
        #expect(ServerName.repaired(longest + "a") == longest)
        let wide = String(repeating: "a", count: 252) + "ü"
        #expect(ServerName.repaired(wide) == String(repeating: "a", count: 252))
    }

    @Test("of an object's owners and finalizers sixty-five thousand are read")
    func references() {
        var object = ShownObject()
        for number in 0..<65_537 { object.add(finalizer: UInt32(number)) }
        #expect(object.finalizers.count == 65_536)
    }
}
