import Arguments

extension Command {
    static let completion = Command(
        usage: VerbUsage(
            "completion", summary: "Prints a completion script for a shell",
            text: """
                Prints a script that completes verbs, flags, their values, and the names of \
                queries. It is static, so it can be stored with the other completions of the \
                system.
                """,
            arguments: [
                Argument(
                    "SHELL", help: "bash, zsh or fish",
                    completion: .words(Shell.allCases.map(\.rawValue)))
            ],
            example: Example(
                "source <(kubeskew completion bash)", "Completion in the shell that runs now:"))
    ) { context in
        let name = context.arguments.required("SHELL")
        guard let shell = Shell(rawValue: name) else {
            throw UsageError(
                "there is no completion for '\(name)'; one of bash, zsh, fish",
                hint: "Run 'kubeskew completion --help' for its usage.")
        }
        context.output.write(context.interface.completion(for: shell))
        return .done
    }
}
