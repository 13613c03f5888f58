import Glibc
import SQLiteKit
import Testing

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

func write(_ text: String, to path: String) { write(Array(text.utf8), to: path) }

func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
}

func text(of path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw SQLiteError(code: 14, message: path) }
    defer { fclose(file) }
    return String(decoding: contents(of: file), as: UTF8.self)
}

func contents(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&block, 1, block.count, file)
        if count == 0 { return bytes }
        bytes += block[..<count]
    }
}
