/// JUnit XML: a test case for every rule that was checked, failed where it has results.
///
/// Build servers count cases, so a clean run shows what was looked for. Notes are no failures; they
/// stand in the output of their case.
func junit(
    _ results: [RuleResult], from source: ResultSource, _ limits: [ResultLimit]
) -> String {
    let rules = source.allRules(results)
    let failed = rules.filter { rule in
        results.contains { $0.ruleID == rule.id && $0.level != .note }
    }
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let open = limits.filter(\.isBlocking)
    let tests = rules.count + (limits.isEmpty ? 0 : 1)
    let counts =
        "tests=\"\(tests)\" failures=\"\(failed.count)\" errors=\"\(open.isEmpty ? 0 : 1)\""
    xml += "<testsuites name=\(quotedXML(source.tool)) \(counts)>\n"
    xml += "  <testsuite name=\(quotedXML(source.tool)) \(counts) skipped=\"0\">\n"
    for rule in rules { xml += testCase(rule, results.filter { $0.ruleID == rule.id }, source) }
    if !limits.isEmpty { xml += testCase(limits, open, source) }
    return xml + "  </testsuite>\n</testsuites>\n"
}

/// Where the evidence carries no all-clear, the case is an error: nothing was passed.
private func testCase(
    _ limits: [ResultLimit], _ open: [ResultLimit], _ source: ResultSource
) -> String {
    let rule = ResultLimit.rule
    var xml =
        "    <testcase classname=\(quotedXML("\(source.tool).\(rule.id)"))"
        + " name=\(quotedXML(rule.name))>\n"
    let lines = limits.map { "\($0.id): \(displaySafe($0.message))" }.joined(separator: "\n")
    if let first = open.first {
        xml += "      <error type=\(quotedXML(first.id)) message=\(quotedXML(first.message))>"
        xml += escapedXML(lines) + "</error>\n"
    } else {
        xml += "      <system-out>" + escapedXML(lines) + "</system-out>\n"
    }
    return xml + "    </testcase>\n"
}

private func testCase(_ rule: ResultRule, _ results: [RuleResult], _ source: ResultSource) -> String
{
    let start =
        "    <testcase classname=\(quotedXML("\(source.tool).\(rule.id)"))"
        + " name=\(quotedXML(rule.name))"
    let failures = results.filter { $0.level != .note }
    let notes = results.filter { $0.level == .note }
    guard !results.isEmpty else { return start + "/>\n" }
    var xml = start + ">\n"
    if let first = failures.first {
        // One failure for each case: several confuse most readers.
        let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
        xml += "      <failure type=\(quotedXML(first.level.rawValue))"
        xml += " message=\(quotedXML(first.message + more))>"
        xml += escapedXML(failures.map(line).joined(separator: "\n")) + "</failure>\n"
    }
    if !notes.isEmpty {
        xml += "      <system-out>"
        xml += escapedXML(notes.map(line).joined(separator: "\n")) + "</system-out>\n"
    }
    return xml + "    </testcase>\n"
}

private func line(_ result: RuleResult) -> String {
    var place = ""
    if let file = result.file {
        place = " (\(file)\(result.line.map { ":\($0)" } ?? ""))"
    }
    return "\(result.level.rawValue): \(displaySafe(result.subject)): "
        + displaySafe(result.message) + displaySafe(place)
}

private func quotedXML(_ text: String) -> String {
    "\"" + escapedXML(displaySafe(text)) + "\""
}

/// XML 1.0 text: markup escaped, and what XML cannot hold left out by `displaySafe` before.
private func escapedXML(_ text: String) -> String {
    var xml = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": xml += "&amp;"
        case "<": xml += "&lt;"
        case ">": xml += "&gt;"
        case "\"": xml += "&quot;"
        default:
            // U+FFFE and U+FFFF are no XML characters.
            if scalar.value != 0xFFFE, scalar.value != 0xFFFF { xml.unicodeScalars.append(scalar) }
        }
    }
    return xml
}
