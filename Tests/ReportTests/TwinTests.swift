import Foundation
import Report
import Testing

@Suite("The report's twins")
struct TwinTests {
    private func markdown(_ page: ReportPage) -> String {
        String(decoding: page.markdown(), as: UTF8.self)
    }

    @Test("say the same as the page, in Markdown")
    func markdown() {
        let text = markdown(Sample.twoRuns)
        for part in [
            "# As it happened: 18 ConfigMaps were deleted because cp-1 and cp-2 answered 404",
            "**What if: proxy-on: Nothing would go wrong",
            "| Wrong 404s | 994 (and 2 possible) | 0",
            "## What was changed", "--peer-ca-file=ca.crt", "## Servers, As it happened",
            "| cp-1 | 1.35 | 2026-", "kube-controller-manager/v1.36.2 started, through cp-3",
            "wrong-gc-4fb1e67a902", "Turn the proxy on everywhere before the upgrade.",
            "| restore | configmaps team-a/quota-2-1 |", "| client | user | cp-1 | cp-2 | all |",
            "## How sure this is", String(repeating: "a1", count: 32),
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
    }

    @Test("say the same as the page, in JSON")
    func json() throws {
        let document = try JSONSerialization.jsonObject(with: Data(Sample.twoRuns.json()))
        let root = try #require(document as? [String: Any])
        #expect(root["schema"] as? String == "kubeskew.dev/report/v1")
        let runs = try #require(root["runs"] as? [[String: Any]])
        #expect(runs.count == 2)
        let verdict = runs[0]["verdict"] as? [String: Any]
        #expect(verdict?["mood"] as? String == "bad")
        #expect((verdict?["sentence"] as? String)?.hasPrefix("18 ConfigMaps were deleted") == true)
        #expect((runs[0]["findings"] as? [Any])?.count == 7)
        #expect((runs[0]["restore"] as? [[String: Any]])?.first?["name"] as? String == "quota-1-1")
        #expect(runs[0]["restore_count"] as? Int == 18)
        #expect((root["changes"] as? [Any])?.count == 1)
        #expect((root["controllers"] as? [Any])?.count == 2)
    }

    @Test("make nothing but text out of hostile names", arguments: Hostile.texts)
    func hostile(text: String) throws {
        let page = Hostile.page(text)
        let markdown = markdown(page)
        #expect(!markdown.contains("<script"))
        #expect(!markdown.contains("<img"))
        let dangerous = markdown.unicodeScalars.contains { scalar in
            (scalar.value < 0x20 && scalar != "\n") || (0x202A...0x202E).contains(scalar.value)
        }
        #expect(!dangerous)
        let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(rows.allSatisfy { $0.hasSuffix("|") })
        _ = try JSONSerialization.jsonObject(with: Data(page.json()))
    }
}
