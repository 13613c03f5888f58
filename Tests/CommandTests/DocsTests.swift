import Foundation
import Testing

/// The pages of `docs/`: every command in a console block is run, and ends as the page says.
@Suite("The documentation")
struct DocsTests {
    static let pages: [String] = {
        let root = packageRoot + "/docs"
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(".md") }.sorted()
    }()

    @Test("says only commands that work", arguments: pages)
    func commands(page: String) throws {
        let text = try String(contentsOfFile: "\(packageRoot)/docs/\(page)", encoding: .utf8)
        let folder = try CommandFolder()
        let incident = try RecordedIncident.named("wrong-gc-without-proxy")
        var script = "ln -s '\(incident.folder)'/audit-*.log.gz .\n"
        for block in DocsTests.blocks(text) {
            if block.kind.hasPrefix("yaml file=") {
                try folder.write(String(block.kind.dropFirst("yaml file=".count)), block.text)
            }
            guard block.kind == "console" else { continue }
            for line in block.text.split(separator: "\n") where line.hasPrefix("$ ") {
                script += DocsTests.checked(String(line.dropFirst(2)))
            }
        }
        let result = try folder.shell(script)
        #expect(result.status == 0, "\(result)")
    }

    @Test("has every page in its list, and every link leads somewhere")
    func links() throws {
        let index = try String(contentsOfFile: packageRoot + "/docs/README.md", encoding: .utf8)
        for page in DocsTests.pages where page != "README.md" {
            #expect(index.contains("(\(page))"), "docs/README.md does not list \(page)")
            let text = try String(contentsOfFile: "\(packageRoot)/docs/\(page)", encoding: .utf8)
            let folder = URL(filePath: "\(packageRoot)/docs/\(page)").deletingLastPathComponent()
            for link in text.matches(of: /\]\(([^)#:]+)\)/) {
                let target = folder.appending(path: String(link.1)).path
                #expect(FileManager.default.fileExists(atPath: target), "\(page): \(link.1)")
            }
        }
    }

    /// The command with a check that it ends with 0, or with what its comment says.
    private static func checked(_ line: String) -> String {
        let status = line.firstMatch(of: /# exit status (\d+)$/).map { String($0.1) } ?? "0"
        return """
            \(line)
            got=$?
            if [ $got != \(status) ]; then echo "ended with $got, not \(status)" >&2; exit 1; fi

            """
    }

    private static func blocks(_ page: String) -> [(kind: String, text: String)] {
        let parts = page.components(separatedBy: "\n```")
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { _, part in
            let end = part.firstIndex(of: "\n") ?? part.endIndex
            return (String(part[..<end]), String(part[end...]))
        }
    }
}
