import Foundation
import Testing

@Suite("The command line as a whole")
struct CommandLineTests {
    @Test("without a verb it prints its help on standard error and exits with 2")
    func nothing() throws {
        let result = try CommandFolder().run()
        #expect(result.status == 2, "\(result)")
        #expect(result.output.isEmpty && result.errors.contains("Usage:"), "\(result)")
    }

    @Test("wrong usage is one line and a hint on standard error, and exits with 2")
    func wrongUsage() throws {
        let result = try CommandFolder().run("versoin")
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
        #expect(
            result.errors
                == "kubeskew: unknown verb 'versoin'; did you mean version?\n"
                + "Run 'kubeskew --help' for its usage.\n", "\(result)")
    }

    @Test("the version is there for people and for scripts")
    func version() throws {
        let folder = try CommandFolder()
        let text = try folder.run("version")
        #expect(text.status == 0 && text.output.hasPrefix("kubeskew 0."), "\(text)")
        #expect(try folder.run("--version").output == text.output)
        let json = try folder.run("version", "-o", "json")
        #expect(json.output.contains("\"version\": \"0."), "\(json)")
        let fromEnvironment = try folder.run(
            "version", environment: ["KUBESKEW_OUTPUT": "json"])
        #expect(fromEnvironment.output == json.output, "\(fromEnvironment)")
    }

    @Test("every verb explains itself with an example, and so does the manual page")
    func help() throws {
        let folder = try CommandFolder()
        let top = try folder.run("--help")
        let start = try #require(top.output.range(of: "\nVerbs:\n"), "\(top)")
        let verbs = top.output[start.upperBound...].split(separator: "\n\n")[0]
            .split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.dropFirst(2).split(separator: "  ").first.map(String.init) }
        #expect(verbs.contains("version") && verbs.contains("completion"), "\(top)")
        let manual = try folder.run("help", "--man").output
        for verb in verbs {
            let page = try folder.shell("kubeskew \(verb) --help")
            #expect(page.status == 0 && page.errors.isEmpty, "\(page)")
            #expect(page.output.contains("\nExample:\n"), "\(page)")
            #expect(page.output.contains("  kubeskew \(verb)"), "\(page)")
            #expect(try folder.shell("kubeskew help \(verb)").output == page.output)
            #expect(
                manual.contains(".SS \"\(verb.replacingOccurrences(of: "-", with: "\\-"))\""),
                "\(verb)")
        }
    }

    @Test("the manual page is sound roff")
    func manual() throws {
        let result = try CommandFolder().shell(
            "type groff >/dev/null || exit 0; kubeskew help --man | groff -man -ww -Tutf8 >/dev/null"
        )
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    }

    @Test("completion in bash offers verbs, flags and the values of flags")
    func bashCompletion() throws {
        let folder = try CommandFolder()
        func offered(_ words: String) throws -> [String] {
            let result = try folder.shell(
                """
                source <(kubeskew completion bash)
                COMP_WORDS=(kubeskew \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _kubeskew; printf '%s\\n' "${COMPREPLY[@]}"
                """)
            #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
            return result.lines
        }
        #expect(try offered("comp").contains("completion"))
        #expect(try offered("completion ''") == ["bash", "zsh", "fish"])
        #expect(try offered("version --o") == ["--output"])
        #expect(try offered("version -o j") == ["json"])
        let queries = try offered("query r.db gc/")
        #expect(queries.contains("gc/deletes-after-404"))
        #expect(queries.allSatisfy { $0.hasPrefix("gc/") }, "\(queries)")
        #expect(try offered("-q --color never vers") == ["version"])
    }

    @Test("installed as kubectl-skew it speaks as the plugin that it is")
    func plugin() throws {
        let result = try CommandFolder().shell(
            "ln -s \"$BINARY\" kubectl-skew; ./kubectl-skew version --help",
            environment: ["BINARY": kubeskewBinary])
        #expect(result.output.contains("\n  kubectl skew version"), "\(result)")
        #expect(!result.output.contains("kubeskew version"), "\(result)")
    }

    @Test("a reader that goes away is no error")
    func closedPipe() throws {
        let result = try CommandFolder().shell(
            "set -o pipefail; for i in 1 2 3; do kubeskew help --man | head -1 || exit 9; done")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    }

    @Test("a full disk behind standard output is a failure")
    func fullDisk() throws {
        let result = try CommandFolder().shell("kubeskew version > /dev/full")
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("cannot write to standard output"), "\(result)")
    }
}
