/// The shells that completion scripts are made for.
public enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }

extension CommandInterface {
    /// A completion script: static, apart from words that only the tool can list.
    public func completion(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletion()
        case .zsh: zshCompletion()
        case .fish: fishCompletion()
        }
    }

    /// Every beginning of a verb's path that has more words after it, the empty one included.
    private var groups: [[String]] {
        var groups: [[String]] = [[]]
        for verb in verbs {
            for length in 1..<max(1, verb.path.count) {
                let group = Array(verb.path.prefix(length))
                if !groups.contains(group) { groups.append(group) }
            }
        }
        return groups
    }

    private func help(of word: String, after group: [String]) -> String {
        let path = group + [word]
        return verb(path)?.summary ?? nextWords(after: path).joined(separator: ", ")
    }
}

// MARK: - bash

extension CommandInterface {
    private func bashCompletion() -> String {
        var script = """
            # bash completion for kubeskew. Load it with: source <(kubeskew completion bash)
            _kubeskew() {
                local cur prev verb="" word index given=0 skip=0
                cur="${COMP_WORDS[COMP_CWORD]}"
                prev="${COMP_WORDS[COMP_CWORD-1]}"
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    word="${COMP_WORDS[index]}"
                    if ((skip)); then skip=0; continue; fi
                    case "$word" in
                        \(bashValueFlags())) skip=1 ;;
                        -*) ;;
                        *)
                            case "$verb $word" in
                                \(bashPathPatterns())) verb="$verb $word" ;;
                                *) given=$((given + 1)) ;;
                            esac ;;
                    esac
                done
                case "$verb $prev" in

            """
        for verb in verbs { script += bashFlagValues(verb) }
        script += "    esac\n    if [[ $cur == -* ]]; then\n        case \"$verb\" in\n"
        for verb in verbs {
            script += "            \(shellQuoted(" " + verb.name))) "
            script += "COMPREPLY=($(compgen -W \(shellQuoted(flagWords(verb))) -- \"$cur\")) ;;\n"
        }
        let global = (globalFlags.map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
        script += "            *) COMPREPLY=($(compgen -W \(shellQuoted(global)) -- \"$cur\")) ;;\n"
        script += "        esac\n        return\n    fi\n    case \"$verb/$given\" in\n"
        for group in groups {
            let key = group.map { " \($0)" }.joined() + "/0"
            let words = nextWords(after: group).joined(separator: " ")
            script += "        \(shellQuoted(key))) "
            script += "COMPREPLY=($(compgen -W \(shellQuoted(words)) -- \"$cur\")) ;;\n"
        }
        for verb in verbs { script += bashArguments(verb) }
        script += "    esac\n}\ncomplete -o default -F _kubeskew kubeskew kubectl-skew\n"
        return script
    }

    /// A pattern of every flag that has its value in the next word.
    private func bashValueFlags() -> String {
        var patterns: [String] = []
        for flag in (verbs.flatMap(\.flags) + globalFlags) where flag.takesValue {
            let names = ["--\(flag.name)"] + (flag.short.map { ["-\($0)"] } ?? [])
            for name in names where !patterns.contains(name) { patterns.append(name) }
        }
        return patterns.isEmpty ? "--" : patterns.joined(separator: "|")
    }

    private func bashPathPatterns() -> String {
        let paths = groups.dropFirst() + verbs.map(\.path)
        return paths.map { shellQuoted($0.map { " \($0)" }.joined()) }.joined(separator: "|")
    }

    private func bashFlagValues(_ verb: VerbUsage) -> String {
        var script = ""
        for flag in verb.flags + globalFlags {
            guard case .choice(let words) = flag.value else { continue }
            let names = ["--\(flag.name)"] + (flag.short.map { ["-\($0)"] } ?? [])
            let pattern = names.map { shellQuoted(" \(verb.name) \($0)") }.joined(separator: "|")
            let list = shellQuoted(words.joined(separator: " "))
            script +=
                "        \(pattern)) COMPREPLY=($(compgen -W \(list) -- \"$cur\")); return ;;\n"
        }
        return script
    }

    private func bashArguments(_ verb: VerbUsage) -> String {
        var script = ""
        for (index, argument) in verb.arguments.enumerated() {
            let key = shellQuoted(" \(verb.name)/\(index)")
            let words: String
            switch argument.completion {
            case .file, .nothing: continue
            case .words(let list): words = shellQuoted(list.joined(separator: " "))
            case .output(let command): words = "\"$(kubeskew \(command) 2>/dev/null)\""
            }
            script += "        \(key)) COMPREPLY=($(compgen -W \(words) -- \"$cur\")) ;;\n"
        }
        return script
    }

    private func flagWords(_ verb: VerbUsage) -> String {
        ((verb.flags + globalFlags).map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
    }
}

// MARK: - zsh

extension CommandInterface {
    private func zshCompletion() -> String {
        var script = """
            #compdef kubeskew kubectl-skew
            # zsh completion for kubeskew. Load it with: source <(kubeskew completion zsh)

            """
        for group in groups { script += zshGroup(group) }
        for verb in verbs { script += zshVerb(verb) }
        script += "if [ \"$funcstack[1]\" = \"_kubeskew\" ]; then\n    _kubeskew \"$@\"\n"
        script += "else\n    compdef _kubeskew kubeskew kubectl-skew\nfi\n"
        return script
    }

    private func zshGroup(_ group: [String]) -> String {
        var script = "\(zshFunction(group))() {\n    local -a verbs=(\n"
        for word in nextWords(after: group) {
            let text = "\(word):\(help(of: word, after: group))"
            script += "        \(shellQuoted(text))\n"
        }
        script += "    )\n    if ((CURRENT == 2)); then\n        _describe verb verbs\n"
        script += "        return\n    fi\n"
        script += "    local verb=$words[2]\n    shift words\n    ((CURRENT--))\n"
        script += "    case $verb in\n"
        for word in nextWords(after: group) {
            script += "        \(word)) \(zshFunction(group + [word])) ;;\n"
        }
        script += "    esac\n}\n"
        return script
    }

    private func zshVerb(_ verb: VerbUsage) -> String {
        var script = "\(zshFunction(verb.path))() {\n    _arguments -s"
        for flag in verb.flags + globalFlags {
            let title = zshEscaped(flag.help)
            let value = flag.takesValue ? ":\(zshValue(flag))" : ""
            let star = flag.repeats ? "*" : ""
            script += " \\\n        \(shellQuoted("\(star)--\(flag.name)[\(title)]\(value)"))"
            if let short = flag.short {
                script += " \\\n        \(shellQuoted("\(star)-\(short)[\(title)]\(value)"))"
            }
        }
        for argument in verb.arguments {
            let repeats = argument.count == .oneOrMore || argument.count == .any
            let name = zshEscaped(argument.name)
            let action = zshAction(argument.completion)
            script += " \\\n        \(shellQuoted("\(repeats ? "*" : ""):\(name):\(action)"))"
        }
        return script + " \\\n        '(-h --help)'{-h,--help}'[Explain this verb]'\n}\n"
    }

    private func zshFunction(_ path: [String]) -> String {
        (["_kubeskew"] + path).joined(separator: "_")
    }

    private func zshValue(_ flag: Flag) -> String {
        switch flag.value {
        case .choice(let words): "\(flag.name):(\(words.joined(separator: " ")))"
        case .file: "\(flag.name):_files"
        default: "\(zshEscaped(flag.name)): "
        }
    }

    private func zshAction(_ completion: Completion) -> String {
        switch completion {
        case .file: "_files"
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .output(let command): "($(kubeskew \(command) 2>/dev/null))"
        case .nothing: " "
        }
    }

    private func zshEscaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

// MARK: - fish

extension CommandInterface {
    private func fishCompletion() -> String {
        var script = """
            # fish completion for kubeskew. Load it with: kubeskew completion fish | source
            complete -c kubeskew -f

            """
        for group in groups {
            let words = nextWords(after: group)
            let condition = fishCondition(group) + "; and not __fish_seen_subcommand_from "
            for word in words {
                script += "complete -c kubeskew -n "
                script += shellQuoted(condition + words.joined(separator: " "))
                script += " -a \(word) -d \(shellQuoted(help(of: word, after: group)))\n"
            }
        }
        for verb in verbs {
            let condition = shellQuoted(fishCondition(verb.path))
            for flag in verb.flags { script += fishFlag(flag, condition: condition) }
            for argument in verb.arguments {
                script += fishArgument(argument.completion, condition: condition)
            }
        }
        for flag in globalFlags { script += fishFlag(flag, condition: "true") }
        script += "complete -c kubeskew -s h -l help -d 'Explain the verb'\n"
        return script
    }

    private func fishCondition(_ path: [String]) -> String {
        path.isEmpty
            ? "true"
            : path.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
    }

    private func fishFlag(_ flag: Flag, condition: String) -> String {
        var line = "complete -c kubeskew -n \(condition) -l \(flag.name)"
        if let short = flag.short { line += " -s \(short)" }
        switch flag.value {
        case .none: break
        case .choice(let words): line += " -xa \(shellQuoted(words.joined(separator: " ")))"
        case .file: line += " -rF"
        default: line += " -x"
        }
        return line + " -d \(shellQuoted(flag.help))\n"
    }

    private func fishArgument(_ completion: Completion, condition: String) -> String {
        let start = "complete -c kubeskew -n \(condition)"
        switch completion {
        case .file: return "\(start) -F\n"
        case .words(let words): return "\(start) -a \(shellQuoted(words.joined(separator: " ")))\n"
        case .output(let command):
            return "\(start) -a \(shellQuoted("(kubeskew \(command) 2>/dev/null)"))\n"
        case .nothing: return ""
        }
    }
}

/// One word of a shell, whatever is in it.
private func shellQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
}
