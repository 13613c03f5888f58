import Bytes
import KubeAPI
import Recording
import SQLiteKit
import Testing

@Suite("Discovery documents in a recording") struct DocumentTests {
    @Test("documents are kept by server, path and instant, and the same one is replaced")
    func storesAndReplaces() throws {
        try withRecording { recording, _ in
            var names = Names()
            let second = names.servers.intern("cp-2")
            let first = names.servers.intern("cp-1")
            func document(_ server: UInt32, _ at: Int64, _ json: String) -> StoredDocument {
                StoredDocument(at: at, server: server, path: "/apis", json: Array(json.utf8))
            }
            try recording.store(
                [document(second, 7, "a"), document(first, 5, "b"), document(first, 7, "c")],
                of: names)
            try recording.store([document(first, 7, "d")], of: names)
            let kept = try recording.documents().map {
                "\($0.at) \($0.server) \($0.path) \(String(decoding: $0.json, as: UTF8.self))"
            }
            #expect(kept == ["5 2 /apis b", "7 1 /apis a", "7 2 /apis d"])
            let servers = try recording.connection.integer("SELECT count(*) FROM server")
            #expect(servers == 3)
        }
    }
}
