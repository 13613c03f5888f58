import Analysis
import Arguments
import Glibc

extension Command {
    private static let man = Flag("man", .none, help: "Print the manual page of all verbs, in roff")

    static let help = Command(
        usage: VerbUsage(
            "help", summary: "Explains a verb, or prints the manual page",
            text: "Prints what 'VERB --help' prints; without a verb, what the tool is and can do.",
            arguments: [
                Argument("VERB", .any, help: "such as 'capture audit'", completion: .nothing)
            ],
            flags: [man],
            example: Example(
                "kubeskew help --man | man -l -", "The manual page, without installing it:"))
    ) { context in
        if context.arguments.isOn(man) {
            context.output.write(context.interface.manPage(version: toolVersion))
        } else {
            let width = Terminal.width(of: STDOUT_FILENO) ?? 80
            let path = context.arguments.arguments("VERB")
            context.output.write(try context.interface.help(path, width: width))
        }
        return .done
    }
}
