import Capture
import Glibc
import Testing

/// The one door for files that verbs write.
struct OutputTests {
    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte >= 0 { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private static func put(_ text: String, _ path: String) {
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
    }

    @Test("a file is written whole and for its owner, or what was there stays")
    func whole() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/out"
            Self.put("old", path)
            chmod(path, 0o644)
            do {
                let file = try OutputFile(path, reading: [])
                try file.write(Array("half".utf8))
                #expect(Self.text(path) == "old")
            }
            #expect(Self.text(path) == "old")
            let file = try OutputFile(path, reading: [])
            try file.write(Array("whole".utf8))
            try file.commit()
            #expect(Self.text(path) == "whole")
            #expect(Self.mode(path) == 0o600)
        }
    }

    @Test("an input is never an output, whatever it is called")
    func inputs() throws {
        try withTemporaryFolder { folder in
            let input = folder + "/in.db"
            Self.put("precious", input)
            symlink(input, folder + "/link")
            link(input, folder + "/hard")
            let names = [input, "/link", "/hard", "/./in.db", "/../" + lastPart(folder) + "/in.db"]
            for name in names {
                let output = name == input ? input : folder + name
                #expect(throws: OutputError.isInput(path: output, input: input)) {
                    _ = try OutputFile(output, reading: [input])
                }
            }
            // Neither is there yet.
            #expect(throws: OutputError.self) {
                _ = try OutputFile(folder + "/./new", reading: [folder + "/new"])
            }
            #expect(Self.text(input) == "precious")
        }
    }

    @Test("a link stays a link, and the file that it names is replaced")
    func links() throws {
        try withTemporaryFolder { folder in
            Self.put("old", folder + "/real")
            symlink("real", folder + "/link")
            let file = try OutputFile(folder + "/link", reading: [])
            try file.write(Array("new".utf8))
            try file.commit()
            #expect(Self.text(folder + "/real") == "new")
            var status = stat()
            #expect(lstat(folder + "/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        }
    }

    private func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }
}
