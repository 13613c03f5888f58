import Glibc
import Recording
import SQLiteKit
import Testing

/// Runs a test on a fresh recording, and checks at the end that the file is sound.
func withRecording(
    _ body: (borrowing Recording, String) throws -> Void
) throws {
    try withTemporaryFolder { folder in
        let path = folder + "/r.db"
        do {
            let recording = try Recording(path: path, access: .create)
            try body(recording, path)
            try recording.close()
        }
        try expectSound(path)
    }
}

func expectSound(_ path: String) throws {
    let connection = try Connection(path: path, mode: .readOnly)
    #expect(try connection.text("PRAGMA integrity_check") == "ok")
    #expect(try connection.integer("SELECT count(*) FROM pragma_foreign_key_check") == 0)
}

func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/kubeskew-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw SQLiteError(code: 14, message: "no folder") }
    let folder = String(cString: made)
    defer {
        for file in (try? files(in: folder)) ?? [] { unlink(folder + "/" + file) }
        rmdir(folder)
    }
    try body(folder)
}

/// What this thread alone has taken of a processor: other tests run beside, and other programs.
func processorTime() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
}

func files(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
}
