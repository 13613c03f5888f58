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

    @Test("that the model names are all in the table")
    func complete() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/ControlPlane")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        var named: Set<String> = []
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"(F[1-5]\.\d+|V\d+)"/) { named.insert(String(match.1)) }
        }
        #expect(named.count > 20)
        for number in named.sorted() { #expect(Facts.meaning(of: number) != nil, "\(number)") }
    }
}
