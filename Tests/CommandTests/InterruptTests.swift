import Foundation
import Testing

/// What stops a capture in the middle, and what it leaves.
struct InterruptTests {
    @Test("a capture of packets that was stopped and run again is as one that was not")
    func stoppedPackets() throws {
        let work = try CommandFolder()
        let wire = packageRoot + "/captures/wire-1"
        guard FileManager.default.fileExists(atPath: wire) else { return }
        let rows =
            "SELECT server, path, verb, status, at_ns, audit_id FROM v_request ORDER BY 5, 6, 1"
        let arguments = "\(wire)/traffic.pcap.gz --keylog \(wire)/keys.log"
        let whole = try work.shell(
            "kubeskew capture pcap whole.db \(arguments); kubeskew query whole.db -e '\(rows)' -o csv; "
                + "kubeskew query whole.db -e 'SELECT count(*) FROM v_reject' -o csv")
        #expect(whole.lines.count > 50)
        for delay in ["0.05", "0.15", "0.3", "0.6"] {
            let stopped = try work.shell(
                "rm -f s.db; timeout -s INT \(delay) '\(kubeskewBinary)' capture pcap s.db \(arguments); "
                    + "kubeskew capture pcap s.db \(arguments); kubeskew query s.db -e '\(rows)' -o csv; "
                    + "kubeskew query s.db -e 'SELECT count(*) FROM v_reject' -o csv")
            let expected = whole.lines.drop { !$0.hasPrefix("server,path") }
            let found = stopped.lines.drop { !$0.hasPrefix("server,path") }
            #expect(Array(found) == Array(expected), "after \(delay) s")
        }
    }

    /// A server of plain HTTP on a port, and a client that asks it, and ends the capture.
    ///
    /// It begins when the recording is there. One answer takes longer than the capture goes on.
    private static let traffic = """
        import http.server, os, signal, sys, threading, time, urllib.request
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *words): pass
            def do_GET(self):
                is_slow = "watch" in self.path
                self.send_response(200)
                self.send_header("Content-Length", "9")
                self.end_headers()
                for byte in b"{\\"a\\":123}":
                    self.wfile.write(bytes([byte]))
                    if is_slow: time.sleep(1)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        port = server.server_address[1]
        print(port, flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        def get(path):
            try: urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read()
            except OSError: pass
        patience = time.time() + 60
        while not os.path.exists("r.db") and time.time() < patience: time.sleep(0.1)
        time.sleep(2)
        threading.Thread(target=get, args=("/api/v1/pods?watch=true",), daemon=True).start()
        start, number, capture = time.time(), 0, int(open("pid").read())
        while time.time() < start + 6:
            get(f"/api/v1/namespaces/n/pods/p{number}")
            number += 1
            time.sleep(0.01)
            if capture and time.time() > start + 4:
                os.kill(capture, getattr(signal, sys.argv[1]))
                capture = 0
        """

    @Test(
        "a live capture, and then the file that it wrote, are as the file alone",
        arguments: ["INT", "TERM"])
    func liveThenFile(signal: String) throws {
        guard getuid() == 0, FileManager.default.fileExists(atPath: "/usr/bin/python3") else {
            return
        }
        let work = try CommandFolder()
        try work.write("traffic.py", Self.traffic)
        let rows =
            "SELECT server, verb, path, at_ns, status, duration_us, stage FROM v_request "
            + "ORDER BY at_ns, path"
        let live = try work.shell(
            """
            python3 traffic.py SIG\(signal) > port & until [ -s port ]; do sleep 0.1; done
            sh -c 'echo $$ > pid; exec "$@"' sh '\(kubeskewBinary)' capture live r.db \
                --interface lo --filter "tcp port $(cat port)" --write f.pcapng
            echo status $?; wait
            kubeskew capture pcap r.db f.pcapng; kubeskew capture pcap whole.db f.pcapng
            """)
        // Where the interface may not be opened, there is nothing to see.
        guard !live.errors.contains("cannot capture from lo") else { return }
        for query in [rows, "SELECT * FROM v_coverage", "SELECT reason FROM v_reject"] {
            let both = try work.run("query", "r.db", "-e", query, "-o", "csv")
            let file = try work.run("query", "whole.db", "-e", query, "-o", "csv")
            #expect(both.status == 0 && both.output == file.output, "\(live)")
        }
        #expect(try work.run("query", "r.db", "-e", rows, "-o", "csv").lines.count > 10, "\(live)")
    }

    @Test("a crash says that it is one, and shows nothing of what is in memory")
    func lastWords() throws {
        let work = try CommandFolder()
        for signal in ["SEGV", "ILL"] {
            let crash = try work.shell(
                """
                rm -f p r.db; mkfifo p; exec 3<>p; '\(kubeskewBinary)' capture audit r.db cp-1=p 2> said &
                capture=$!; until [ -s r.db ]; do sleep 0.1; done
                kill -\(signal) $capture; wait $capture; echo status $?; cat said
                """)
            let words = "kubeskew: this is a bug: it crashed. A recording holds what was committed."
            #expect(crash.lines.first?.hasPrefix("status 1") == true, "\(crash)")
            #expect(crash.lines.dropFirst() == [words], "\(crash)")
        }
    }
}
