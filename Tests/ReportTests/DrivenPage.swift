import Foundation
import Testing

/// A page in a Chromium that is told what a hand does.
///
/// The pointers that it moves are real ones to the page, which events made up by a script are not.
/// Speaks the browser's own protocol over two named pipes.
final class DrivenPage {
    typealias Point = (x: Double, y: Double)

    struct Silence: Error {
        let about: String
    }

    private let folder: URL
    private let process = Process()
    private let commands: Int32
    private let answers: Int32
    private var session: String?
    private var asked = 0
    private var unread: [UInt8] = []

    init(_ html: String, width: Int, height: Int) throws {
        let executable = try #require(Chromium.path, "chromium is not installed")
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kubeskew-driven-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let page = folder.appending(path: "page.html")
        try Data(html.utf8).write(to: page)
        let pipes = ["commands", "answers"].map { folder.appending(path: $0).path }
        self.folder = folder
        for pipe in pipes { try #require(mkfifo(pipe, 0o600) == 0) }
        // Open for both ways, so that nobody waits for the other to open it.
        commands = open(pipes[0], O_RDWR | O_CLOEXEC)
        answers = open(pipes[1], O_RDWR | O_CLOEXEC)
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"exec "$0" "$@" 3<"$PIPES/commands" 4>"$PIPES/answers" 2>/dev/null"#, executable,
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
            "--user-data-dir=\(folder.path)/profile", "--remote-debugging-pipe",
        ]
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PIPES": folder.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try show(page, width: width, height: height)
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        close(commands)
        close(answers)
        try? FileManager.default.removeItem(at: folder)
    }

    private func show(_ page: URL, width: Int, height: Int) throws {
        let target = try send("Target.createTarget", ["url": "about:blank"])["targetId"] ?? ""
        let attached = try send("Target.attachToTarget", ["targetId": target, "flatten": true])
        session = attached["sessionId"] as? String
        try send(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
        try send("Emulation.setTouchEmulationEnabled", ["enabled": true, "maxTouchPoints": 2])
        try send("Page.navigate", ["url": page.absoluteString])
        for _ in 0..<200
        where try evaluate("document.readyState + location.protocol")
            != "completefile:"
        { usleep(50_000) }
    }

    /// What an expression of the page's script is, as text.
    func evaluate(_ expression: String) throws -> String {
        let answer = try send(
            "Runtime.evaluate", ["expression": "String(\(expression))", "returnByValue": true])
        let result = answer["result"] as? [String: Any]
        return result?["value"] as? String ?? ""
    }

    /// Presses the mouse's left button at the first point and lets it go at the last.
    func drag(_ points: [Point]) throws {
        for (index, point) in points.enumerated() {
            try mouse(index == 0 ? "mousePressed" : "mouseMoved", point, isDown: true)
        }
        if let last = points.last { try mouse("mouseReleased", last, isDown: false) }
    }

    func move(to point: Point) throws { try mouse("mouseMoved", point, isDown: false) }

    private func mouse(_ type: String, _ point: Point, isDown: Bool) throws {
        let isClick = type != "mouseMoved"
        try send(
            "Input.dispatchMouseEvent",
            [
                "type": type, "x": point.x, "y": point.y, "clickCount": isClick ? 1 : 0,
                "button": isDown || isClick ? "left" : "none", "buttons": isDown ? 1 : 0,
            ])
    }

    /// Puts fingers down, moves them from place to place, and lifts them.
    func touch(_ places: [[Point]]) throws {
        for (index, fingers) in places.enumerated() {
            try touch(index == 0 ? "touchStart" : "touchMove", fingers)
        }
        try touch("touchEnd", [])
    }

    private func touch(_ type: String, _ fingers: [Point]) throws {
        let points = fingers.enumerated().map { ["x": $1.x, "y": $1.y, "id": Double($0)] }
        try send("Input.dispatchTouchEvent", ["type": type, "touchPoints": points])
    }

    @discardableResult
    private func send(_ method: String, _ parameters: [String: Any]) throws -> [String: Any] {
        asked += 1
        var message: [String: Any] = ["id": asked, "method": method, "params": parameters]
        if let session { message["sessionId"] = session }
        let bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
        try #require(write(commands, bytes, bytes.count) == bytes.count)
        while true {
            let answer = try next(about: method)
            guard answer["id"] as? Int == asked else { continue }
            #expect(answer["error"] == nil, "\(method): \(answer)")
            return answer["result"] as? [String: Any] ?? [:]
        }
    }

    /// The browser's next message, which ends with a zero byte.
    private func next(about method: String) throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: 0) {
                let text = Data(unread[..<end])
                unread.removeSubrange(...end)
                return try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
            }
            var waiting = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 60_000) == 1 else { throw Silence(about: method) }
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = read(answers, &piece, piece.count)
            guard count > 0 else { throw Silence(about: method) }
            unread.append(contentsOf: piece[..<count])
        }
    }
}
