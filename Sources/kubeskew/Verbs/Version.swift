import Analysis
import Arguments
import Output

extension Command {
    private static let output = Flag(
        "output", short: "o", .choice(["text", "json", "yaml"]), fallback: "text",
        help: "How the version is printed")

    static let version = Command(
        usage: VerbUsage(
            "version", summary: "Prints the version",
            text: "Prints the version of this tool and the platform that it was built for.",
            flags: [output],
            example: Example("kubeskew version -o json", "For a script that needs a minimum:"))
    ) { context in
        let facts = [("name", "kubeskew"), ("version", toolVersion), ("platform", platform)]
        switch context.arguments.text(output) {
        case "json":
            let document = JSONDocument.object(facts.map { ($0.0, .text($0.1)) })
            context.output.write(document.rendered() + "\n")
        case "yaml":
            for (key, value) in facts { context.output.write("\(key): \(yamlScalar(value))\n") }
        default:
            context.output.write("kubeskew \(toolVersion) (\(platform))\n")
        }
        return .done
    }

    /// As Go and Kubernetes write platforms.
    private static var platform: String {
        #if arch(arm64)
        "linux/arm64"
        #else
        "linux/amd64"
        #endif
    }
}
