import Foundation
import Judgments
import Output
import Recording
import SQLiteKit
import Testing

@testable import Analysis

@Suite("A run, without the command") struct RunTests {
    @Test("goes from a recording to verdicts that it stores, in the mode that was asked for")
    func storing() throws {
        try withFolder { folder in
            let path = folder + "/r.db"
            try write(requests: 3, to: path)
            let outline = try #require(try RecordedOutline(recordingAt: path))
            #expect(outline.lastAt - outline.firstAt == 2_000_000_000)
            let run = try Run(
                name: "r", question: .asRecorded, outline: outline, keepsAll: true)
            let summary = try run.concluded(startedAt: 7)
            #expect(
                summary.text(paint: .init(isOn: false)).hasPrefix("run r, as recorded: 3 requests"))
            let recording = try Recording(path: path, access: .read)
            let stored = try recording.knownRun(nil)
            #expect(stored.mode == .asRecorded && stored.requests == 3)
            #expect(try recording.verdict(of: 2, in: stored)?.certainty != nil)
            let list = try FindingList(recording, run: stored, withPlaces: true)
            #expect(list.summary == "0 findings in run r")
            #expect(!list.reaches("info"))
        }
    }

    @Test("that is not there is named with those that are") func unknown() throws {
        try withFolder { folder in
            let path = folder + "/r.db"
            try write(requests: 1, to: path)
            let recording = try Recording(path: path, access: .read)
            let failure = #expect(throws: Failure.self) { _ = try recording.knownRun("x") }
            #expect(failure?.hint == "Make one with 'kubeskew replay'.")
        }
    }

    private func write(requests: Int, to path: String) throws {
        let recording = try Recording(path: path, access: .create)
        try recording.connection.execute("INSERT INTO server (id, name) VALUES (1, 'cp-1')")
        for number in 1...requests {
            try recording.connection.execute(
                """
                INSERT INTO request VALUES (\(number), \(number) * 1000000000, 1, 0, 200, 0, 0, NULL,
                    1, 0, 0, 0, 5, 0, 0, 2, 1, 0, 0, 'id-\(number)')
                """)
        }
        try recording.close()
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/kubeskew-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
