/// GitHub workflow commands: `::error file=…,line=…,title=…::message`, one line for each result.
///
/// Nothing in a message or a property can begin a command of its own: line feeds and the
/// separators are escaped as the runner defines.
func gitHubAnnotations(_ results: [RuleResult], _ limits: [ResultLimit]) -> String {
    limits.map { limit in
        let title = escapedProperty(
            "\(limit.isBlocking ? "Cannot tell" : "Less sure"): \(limit.id)")
        return "::\(limit.isBlocking ? "error" : "warning") title=\(title)"
            + "::\(escapedMessage(displaySafe(limit.message)))\n"
    }.joined()
        + results.map { result in
            let command = result.level == .note ? "notice" : result.level.rawValue
            var properties: [String] = []
            if let file = result.file {
                properties.append("file=\(escapedProperty(file))")
                if let line = result.line, line > 0 { properties.append("line=\(line)") }
            }
            properties.append("title=\(escapedProperty("\(result.ruleID): \(result.subject)"))")
            let list = properties.joined(separator: ",")
            return "::\(command) \(list)::\(escapedMessage(displaySafe(result.message)))\n"
        }.joined()
}

private func escapedMessage(_ text: String) -> String {
    text.map { $0 == "%" ? "%25" : String($0) }.joined()
}

private func escapedProperty(_ text: String) -> String {
    escapedMessage(displaySafe(text)).map { character in
        switch character {
        case ":": "%3A"
        case ",": "%2C"
        default: String(character)
        }
    }.joined()
}
