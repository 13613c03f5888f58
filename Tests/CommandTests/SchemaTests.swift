import Foundation
import Testing

@Suite("kubeskew schema")
struct SchemaVerbTests {
    @Test("says of every view and every column what it means, and of nothing else")
    func views() throws {
        let folder = try CommandFolder()
        let result = try folder.run("schema", "-o", "json")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let list = try #require(rows as? [[String: Any]])
        #expect(list.count > 200)
        var named: Set<String> = []
        for row in list {
            let view = row["view"] as? String ?? ""
            let column = row["column"] as? String ?? ""
            named.formUnion(["\(view)\t\(column)", "*\t\(column)"])
            let meaning = row["meaning"] as? String ?? ""
            #expect(!meaning.isEmpty, "\(view) \(column): say in views.tsv what it means")
        }
        let table = try String(
            contentsOfFile: packageRoot + "/Sources/Analysis/Schema/views.tsv", encoding: .utf8)
        for line in table.split(separator: "\n").dropFirst() {
            let key = line.split(separator: "\t", omittingEmptySubsequences: false).prefix(2)
            let name = key.joined(separator: "\t")
            #expect(named.contains(name), "views.tsv says what \(name) means, which is not there")
        }
    }

    @Test("prints the schemas of scenario files and of reports", arguments: ["scenario", "report"])
    func files(kind: String) throws {
        let folder = try CommandFolder()
        let result = try folder.run("schema", kind)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        #expect(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) is [String: Any])
    }

    @Test("knows no other schema")
    func unknown() throws {
        let folder = try CommandFolder()
        let other = try folder.run("schema", "recording")
        #expect(other.status == 2 && other.errors.contains("schema scenario"), "\(other)")
    }
}
