import Foundation
import Testing

@Suite("kubeskew export")
struct ExportTests {
    private static let names = [
        "finding_requests", "findings", "requests", "runs", "servers", "verdicts",
    ]

    private func folder(_ body: (borrowing CommandFolder) throws -> Void) throws {
        let folder = try CommandFolder()
        try RunRecording.make(
            at: "\(folder.path)/a.db",
            runs: [(RunRecording.run("as-recorded"), [RunRecording.collection(1)])])
        try body(folder)
    }

    @Test("writes a stream for each table, the same bytes as -o arrow prints")
    func arrow() throws {
        try folder { folder in
            let result = try folder.run("export", "a.db", "--arrow", "out")
            #expect(result.status == 0 && result.output.isEmpty, "\(result)")
            #expect(result.errors.contains("1 findings"), "\(result)")
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out")
            #expect(files.sorted() == Self.names.map { "\($0).arrows" })
            let same = try folder.shell(
                """
                kubeskew query a.db -e 'SELECT * FROM v_finding' -o arrow > f.arrows
                cmp f.arrows out/findings.arrows
                """)
            #expect(same.status == 0, "\(same)")
        }
    }

    @Test("says what Parquet needs where it is not there, and leaves nothing behind")
    func missing() throws {
        try folder { folder in
            for python in ["false", "no-such-python"] {
                let result = try folder.run(
                    "export", "a.db", "--parquet", "out", "--python", python)
                #expect(result.status == 1, "\(result)")
                #expect(result.errors.contains("Parquet is written by pyarrow"), "\(result)")
                #expect(result.errors.contains("pip install"), "\(result)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
            }
            let bare = try folder.run("export", "a.db")
            #expect(bare.status == 2 && bare.errors.contains("--parquet FOLDER"), "\(bare)")
        }
    }

    @Test("streams rows into the Python that writes Parquet, and fails where that does")
    func streaming() throws {
        try folder { folder in
            // Stands for a Python: `-c` and a text, then the file to write.
            try folder.write(
                "python", "#!/bin/sh\nif [ $# = 2 ]; then exit 0; fi\ncat > \"$3\"\n")
            let result = try folder.shell(
                "chmod +x python; kubeskew export a.db --arrow a --parquet p --python ./python")
            #expect(result.status == 0, "\(result)")
            for name in Self.names {
                let same = try folder.shell("cmp a/\(name).arrows p/\(name).parquet")
                #expect(same.status == 0, "\(same)")
            }
            try folder.write("broken", "#!/bin/sh\n[ $# = 2 ]\n")
            let broken = try folder.shell(
                "chmod +x broken; kubeskew export a.db --parquet q --python ./broken; s=$?; "
                    + "ls q; exit $s")
            #expect(broken.status == 1 && broken.output.isEmpty, "\(broken)")
        }
    }

    @Test("asks the Python of the virtual environment that it is installed in")
    func environment() throws {
        try folder { folder in
            try folder.write("venv/pyvenv.cfg", "home = /usr/bin\n")
            try folder.write(
                "venv/bin/python3", "#!/bin/sh\nif [ $# = 2 ]; then exit 0; fi\ncat > \"$3\"\n")
            let result = try folder.shell(
                """
                chmod +x venv/bin/python3
                ln '\(kubeskewBinary)' venv/bin/kubeskew || cp '\(kubeskewBinary)' venv/bin/kubeskew
                venv/bin/kubeskew export a.db --parquet p --quiet && ls p
                """)
            #expect(result.status == 0, "\(result)")
            #expect(result.lines == Self.names.map { "\($0).parquet" }, "\(result)")
        }
    }

    @Test("prints views with types for DuckDB, and hides tables from Datasette")
    func schemas() throws {
        let folder = try CommandFolder()
        let result = try folder.run("schema", "duckdb")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("CREATE OR REPLACE VIEW v_request AS SELECT"))
        #expect(result.output.contains("    CAST(\"status\" AS BIGINT) AS \"status\""))
        #expect(result.output.contains("    make_timestamp_ns(CAST(\"at_ns\" AS BIGINT)) AS"))
        #expect(result.output.contains("    \"verb\" AS \"verb\""))
        let metadata = try folder.run("query", "some/incident.db", "--datasette")
        let root = try JSONSerialization.jsonObject(with: Data(metadata.output.utf8))
        let databases = (root as? [String: Any])?["databases"] as? [String: [String: Any]]
        let tables = try #require(databases?["incident"]?["tables"] as? [String: [String: Any]])
        #expect(tables["request"]?["hidden"] as? Bool == true)
        #expect(tables["v_request"]?["hidden"] == nil)
        #expect((tables["v_request"]?["columns"] as? [String: String])?["status"] != nil)
    }
}
