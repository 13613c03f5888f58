import Foundation
import Testing

/// Limits of files that are read whole, and of what other programs print, at their edge.
struct FileEdgeTests {
    @Test("a file that is read whole has 64 MiB at most", arguments: [0, 1])
    func wholeFile(excess: Int) throws {
        let work = try CommandFolder()
        let result = try work.shell(
            "truncate -s \((64 << 20) + excess) d.json; kubeskew capture discovery r.db cp-1=d.json"
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("d.json is larger than ") == (excess == 1), "\(result)")
    }

    @Test("a query has a megabyte at most", arguments: [0, 1])
    func query(excess: Int) throws {
        let work = try CommandFolder()
        try work.write("a.log", "no record\n")
        let result = try work.shell(
            """
            kubeskew capture audit r.db a.log
            { printf 'SELECT 7 AS x'; head -c \((1 << 20) - 13 + excess) /dev/zero | tr '\\0' ' '; } > q.sql
            kubeskew query r.db q.sql -o csv
            """)
        #expect(result.output.contains("7") == (excess == 0), "\(result)")
        #expect(result.errors.contains("q.sql is larger than ") == (excess == 1), "\(result)")
    }

    @Test("of what another program prints 64 MiB are read", arguments: [0, 1])
    func program(excess: Int) throws {
        let work = try CommandFolder()
        let result = try work.shell(
            """
            printf '#!/bin/sh\\nhead -c \((64 << 20) + excess) /dev/zero; exit 1' > kubectl
            chmod +x kubectl
            PATH=.:$PATH kubeskew check
            """)
        #expect(result.status == 1, "\(result)")
        let isTold = result.errors.contains("kubectl printed more than ")
        #expect(isTold == (excess == 1), "\(result)")
    }
}
