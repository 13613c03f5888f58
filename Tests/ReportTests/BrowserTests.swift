import Foundation
import Report
import Testing

/// The page in a real browser, as far as one is there; in CI there must be one.
@Suite("The page in Chromium", .enabled(if: Chromium.isExpected, "chromium is not installed"))
struct BrowserTests {
    @Test("runs its script without a word on the console, and shows every finding")
    func document() throws {
        let run = try Chromium.dump(Sample.twoRuns)
        #expect(run.console.isEmpty, "\(run.console)")
        #expect(run.document.ranges(of: "<details class=\"finding\"").count == 7)
        #expect(run.document.contains("18 ConfigMaps were deleted because"))
        // The script takes these two out of hiding: so its digest in the policy is right.
        #expect(run.document.contains("<form id=\"filter\">"))
        #expect(run.document.contains(">Dark</button>") || run.document.contains(">Light</button>"))
    }

    @Test("says the same with scripts forbidden")
    func withoutScripts() throws {
        let page = String(decoding: Sample.incident.rendered(), as: UTF8.self)
        let run = try Chromium.dump(
            page.replacingOccurrences(
                of: "script-src &#39;sha256-", with: "script-src &#39;sha512-"),
            name: "noscript")
        #expect(run.document.contains("<form id=\"filter\" hidden=\"\">"))
        #expect(run.document.ranges(of: "<details class=\"finding\"").count == 7)
        #expect(run.document.contains("wrong-gc-4fb1e67a902"))
    }

    @Test("makes no element and runs nothing out of hostile names")
    func hostile() throws {
        let run = try Chromium.dump(Hostile.page)
        #expect(run.console.isEmpty, "\(run.console)")
        #expect(run.document.ranges(of: "<script").count == 1)
        #expect(run.document.ranges(of: "<img").isEmpty)
    }

    @Test(
        "applies its style in both themes, and fits a phone", arguments: ["light", "dark"],
        ["report", "plan"])
    func style(theme: String, page kind: String) throws {
        let probe = """
            <script>addEventListener("load", function () {
              document.documentElement.setAttribute("data-theme", "\(theme)");
              var style = getComputedStyle(document.body);
              document.title = style.backgroundColor + " " + style.maxWidth + " "
                + (document.documentElement.scrollWidth
                - document.documentElement.clientWidth);
            });</script></head>
            """
        // The probe is ours, so the policy has to go; the style is the page's own.
        let bytes = kind == "plan" ? PlanPageTests.page.rendered() : Sample.twoRuns.rendered()
        let page = String(decoding: bytes, as: UTF8.self)
            .replacingOccurrences(of: "http-equiv=\"Content-Security-Policy\"", with: "name=\"x\"")
            .replacingOccurrences(of: "</head>", with: probe)
        let run = try Chromium.dump(
            page, name: "\(kind)-\(theme)", flags: ["--window-size=390,900"])
        let title = try #require(run.document.firstMatch(of: /<title>([^<]*)<\/title>/)).1
        let colour = theme == "dark" ? "rgb(20, 23, 26)" : "rgb(251, 251, 249)"
        #expect(title.hasPrefix(colour), "\(title)")
        #expect(title.hasSuffix(" 0"), "something is wider than the screen: \(title)")
    }

    @Test("zooms and moves by keys, buttons and the wheel, and comes back to where it was")
    func zoom() throws {
        let probe = """
            <script>addEventListener("load", function () {
              var stage = document.querySelectorAll(".stage")[1];
              var mark = stage.querySelector("svg.wide path.deleted");
              var seen = [];
              function note() {
                var text = mark.getAttribute("transform") || "translate(0 0)";
                seen.push(Math.round(parseFloat(text.slice(10))));
              }
              function key(name) {
                stage.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
              }
              function click(what) {
                document.querySelector(".zoom [data-zoom=" + what + "]").click();
              }
              function wheel() {
                stage.dispatchEvent(new WheelEvent("wheel",
                  {deltaY: -100, ctrlKey: true, clientX: 200, cancelable: true}));
              }
              var acts = [function () { key("+"); }, function () { key("ArrowLeft"); },
                function () { click("out"); }, wheel, function () { key("0"); }];
              (function next() {
                note();
                var act = acts.shift();
                if (!act) { document.title = seen.join(" "); return; }
                act();
                setTimeout(next, 100);
              })();
            });</script></head>
            """
        let page = String(decoding: Sample.week.rendered(), as: UTF8.self)
            .replacingOccurrences(of: "http-equiv=\"Content-Security-Policy\"", with: "name=\"x\"")
            .replacingOccurrences(of: "</head>", with: probe)
        let run = try Chromium.dump(page, name: "zoom")
        let title = try #require(run.document.firstMatch(of: /<title>([^<]*)<\/title>/)).1
        let places = title.split(separator: " ").compactMap { Int($0) }
        try #require(places.count == 6, "\(title)")
        #expect(places[0] == 0 && places[5] == 0, "\(places)")
        #expect(Set(places.prefix(5)).count >= 4, "\(places)")
    }
}

/// A headless Chromium that looks at one file.
enum Chromium {
    struct Run {
        var document: String
        /// Lines that a page, or the browser about the page, wrote.
        var console: [String]
    }

    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// In CI a missing browser fails instead of being passed over.
    static var isExpected: Bool {
        path != nil || ProcessInfo.processInfo.environment["CI"] != nil
    }

    static func dump(_ page: ReportPage) throws -> Run {
        try dump(String(decoding: page.rendered(), as: UTF8.self), name: "page")
    }

    static func dump(_ html: String, name: String, flags: [String] = []) throws -> Run {
        let executable = try #require(path, "chromium is not installed")
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kubeskew-browser-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "\(name).html")
        try Data(html.utf8).write(to: file)
        let output = folder.appending(path: "stdout")
        let errors = folder.appending(path: "stderr")
        for path in [output, errors] {
            _ = FileManager.default.createFile(atPath: path.path, contents: nil)
        }
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
                "--user-data-dir=\(folder.path)/profile", "--enable-logging=stderr",
                "--virtual-time-budget=2000",
            ] + flags + ["--dump-dom", file.absoluteString]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let document = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        try #require(document.contains("</html>"), "chromium printed no page")
        let lines = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        return Run(document: document, console: lines.filter { $0.contains("CONSOLE") })
    }
}
