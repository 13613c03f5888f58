import ControlPlane
import Foundation
import KubeAPI
import Testing

@Suite("The facts")
struct FactsTests {
    @Test("have one meaning each, in one line")
    func distinct() {
        #expect(Set(Facts.numbers).count == Facts.numbers.count)
        for number in Facts.numbers {
            let meaning = Facts.meaning(of: number) ?? ""
            #expect(!meaning.isEmpty && meaning.count <= 200, "\(number)")
            #expect(meaning.hasSuffix("."), "\(number)")
        }
        #expect(Facts.meaning(of: "F9.99") == nil)
    }

    @Test("that any source names, in a literal or a remark, are all in the table")
    func complete() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        var named: Set<String> = []
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /\b(F\d+\.\d+|V\d+)\b/) { named.insert(String(match.1)) }
        }
        #expect(named.count > 200)
        for number in named.sorted() { #expect(Facts.meaning(of: number) != nil, "\(number)") }
    }

    @Test(
        "are numbered without a gap",
        arguments: [
            ("F1.", 49), ("F2.", 11), ("F3.", 41), ("F4.", 16), ("F5.", 9), ("F6.", 27),
            ("F7.", 13), ("F8.", 11), ("F9.", 16), ("F10.", 10), ("V", 18),
        ])
    func whole(prefix: String, count: Int) {
        let found = Facts.numbers.filter { $0.hasPrefix(prefix) }
        #expect(found == (1...count).map { "\(prefix)\($0)" })
    }
}
