import Foundation
import Report
import Testing

/// Who cannot see, or has no mouse: what every page must have, whatever reads it.
@Suite("Accessibility")
struct AccessibilityTests {
    static let pages = ["one run", "two runs", "a week", "a plan", "hostile"]

    private func html(_ name: String) -> String {
        switch name {
        case "one run": String(decoding: Sample.incident.rendered(), as: UTF8.self)
        case "two runs": String(decoding: Sample.twoRuns.rendered(), as: UTF8.self)
        case "a week": String(decoding: Sample.week.rendered(), as: UTF8.self)
        case "a plan": String(decoding: PlanPageTests.page.rendered(), as: UTF8.self)
        default: String(decoding: Hostile.page.rendered(), as: UTF8.self)
        }
    }

    @Test("has one first heading, and skips no level below it", arguments: pages)
    func headings(name: String) {
        let levels = html(name).matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
        #expect(levels.count { $0 == 1 } == 1)
        for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    }

    @Test("names its language, its main part, its pictures and its buttons", arguments: pages)
    func names(name: String) {
        let page = html(name)
        #expect(page.contains("<html lang=\"en\">"))
        #expect(page.ranges(of: "<main>").count == 1)
        for picture in page.matches(of: /<svg ([^>]*)>/) {
            #expect(picture.1.contains("aria-hidden") || picture.1.contains("aria-label=\""))
        }
        for button in page.matches(of: /<button ([^>]*)>([^<]*)</) {
            #expect(!button.2.isEmpty || button.1.contains("aria-label=\""), "\(button.1)")
        }
        for header in page.matches(of: /<th( [^>]*)?>/) {
            #expect((header.1 ?? "").contains("scope="), "a header of a table says of what it is")
        }
        let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count, "two elements have one id")
    }

    @Test(
        "breaks no rule of axe-core", .enabled(if: Axe.isThere, "see .ci/fetch-axe"),
        arguments: pages, ["light", "dark"])
    func axe(name: String, theme: String) throws {
        // The probe is the test's, so the policy has to go; all else is the page's own.
        let probe = """
            <script>\(try Axe.source())</script><script>addEventListener("load", function () {
              document.querySelectorAll("details").forEach(function (one) { one.open = true; });
              axe.run(document, {resultTypes: ["violations"]}).then(function (result) {
                document.body.setAttribute("data-axe", result.violations.map(function (one) {
                  return one.id + ": " + one.nodes.length + " such as " + one.nodes[0].html;
                }).join(" | ") || "none");
              });
            });</script></body>
            """
        let page = html(name)
            .replacingOccurrences(of: "http-equiv=\"Content-Security-Policy\"", with: "name=\"x\"")
            .replacingOccurrences(
                of: "<html lang=\"en\">", with: "<html lang=\"en\" data-theme=\"\(theme)\">"
            )
            .replacingOccurrences(of: "</body>", with: probe)
        let run = try Chromium.dump(page, name: "axe", flags: ["--virtual-time-budget=30000"])
        let found = try #require(
            run.document.firstMatch(of: /data-axe="([^"]*)"/), "axe never ended")
        #expect(found.1 == "none")
    }
}

/// axe-core, where it was fetched.
enum Axe {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".build/axe/axe.min.js")

    static var isThere: Bool {
        Chromium.isExpected && FileManager.default.fileExists(atPath: file.path)
    }

    static func source() throws -> String { try String(contentsOf: file, encoding: .utf8) }
}
