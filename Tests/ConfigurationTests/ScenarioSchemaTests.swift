import Configuration
import ControlPlane
import Foundation
import SchemaChecking
import Testing

/// The JSON Schema of scenario files, against every scenario of the repository.
@Suite("The schema of scenarios")
struct ScenarioSchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let files: [String] = {
        let fixtures = ["every-form.yaml", "upgrade.yaml", "upgrade.expanded.yaml"]
            .map { "Tests/ConfigurationTests/Fixtures/\($0)" }
        let captures = root.appending(path: "captures").path
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: captures)) ?? []
        return fixtures
            + folders.sorted().map { "captures/\($0)/scenario.yaml" }.filter {
                FileManager.default.fileExists(atPath: root.appending(path: $0).path)
            }
    }()

    @Test("takes every scenario that the reader takes", arguments: files)
    func taken(file: String) throws {
        let document = try Self.document(at: file)
        let problems = try JSONSchema(ScenarioFile.jsonSchema).problems(of: document)
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test("refuses what the reader refuses: other keys, other words, missing parts")
    func refused() throws {
        let schema = try JSONSchema(ScenarioFile.jsonSchema)
        let head = "apiVersion: kubeskew.dev/v1alpha1\nkind: Scenario\n"
        for body in [
            "server: {}", "servers: {a: {}}", "servers: {a: {timeline: [{at: 0s, stop: soon}]}}",
            "servers: {a: {timeline: [{at: later, start: \"1.35\"}]}}", "upgrade: {from: \"1.35\"}",
            "servers: {}\nnetwork: [{from: a, to: b, fails: sometimes}]", "servers: {}\nseed: many",
        ] {
            let document = try #require(try YAML.documents(Array((head + body).utf8)).first)
            #expect(!schema.problems(of: document).isEmpty, "\(body)")
        }
    }

    private static func document(at file: String) throws -> YAMLNode {
        let bytes = try Data(contentsOf: root.appending(path: file))
        return try #require(try YAML.documents(Array(bytes)).first)
    }
}
