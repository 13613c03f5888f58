/// SARIF 2.1.0 (OASIS), as code scanning reads it.
///
/// A result without a file has a logical location alone; nothing is invented.
func sarif(
    _ results: [RuleResult], from source: ResultSource, _ limits: [ResultLimit]
) -> String {
    let open = limits.filter(\.isBlocking)
    let rules = source.allRules(results) + (limits.isEmpty ? [] : [ResultLimit.rule])
    var driver: [(key: String, value: JSONDocument)] = [
        ("name", .text(source.tool)), ("version", .text(source.version)),
        ("semanticVersion", .text(source.version)),
    ]
    if let uri = source.informationURI { driver.append(("informationUri", .text(uri))) }
    driver.append(("rules", .array(rules.map(sarifRule))))
    var run: [(key: String, value: JSONDocument)] = [
        ("tool", .object([("driver", .object(driver))])),
        // What stands before the last slash is the category that code scanning goes by.
        ("automationDetails", .object([("id", .text("\(source.tool)/\(source.category)/"))])),
    ]
    if !limits.isEmpty { run.append(("invocations", .array([sarifInvocation(limits)]))) }
    run.append(("columnKind", .text("unicodeCodePoints")))
    run.append(
        (
            "results",
            .array(results.map { sarifResult($0, rules: rules) } + open.map(sarifOpenResult))
        ))
    let document = JSONDocument.object([
        ("$schema", .text("https://json.schemastore.org/sarif-2.1.0.json")),
        ("version", .text("2.1.0")), ("runs", .array([.object(run)])),
    ])
    return document.rendered() + "\n"
}

/// The tool did its work; what it could not see is said beside it.
private func sarifInvocation(_ limits: [ResultLimit]) -> JSONDocument {
    let notes = limits.map { limit in
        JSONDocument.object([
            ("descriptor", .object([("id", .text(limit.id))])),
            ("level", .text(limit.isBlocking ? "error" : "warning")),
            ("message", .object([("text", .text(limit.message))])),
        ])
    }
    return .object([
        ("executionSuccessful", .cell(.boolean(true))),
        ("toolExecutionNotifications", .array(notes)),
    ])
}

/// Whether the rules hold is open: the standard's word for what could not be judged.
private func sarifOpenResult(_ limit: ResultLimit) -> JSONDocument {
    .object([
        ("ruleId", .text(ResultLimit.rule.id)), ("kind", .text("open")), ("level", .text("none")),
        ("message", .object([("text", .text("\(limit.id): \(limit.message)"))])),
        ("partialFingerprints", .object([("kubeskewEvidence/v1", .text(limit.id))])),
    ])
}

private func sarifRule(_ rule: ResultRule) -> JSONDocument {
    .object([
        ("id", .text(rule.id)), ("name", .text(sarifName(rule.id))),
        ("shortDescription", .object([("text", .text(rule.name))])),
        ("fullDescription", .object([("text", .text(rule.help))])),
        ("help", .object([("text", .text(rule.help))])),
    ])
}

/// `wrong-404` as `Wrong404`: the standard asks for a name in Pascal case.
private func sarifName(_ id: String) -> String {
    id.split { !($0.isLetter || $0.isNumber) }
        .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}

private func sarifResult(_ result: RuleResult, rules: [ResultRule]) -> JSONDocument {
    var members: [(key: String, value: JSONDocument)] = [("ruleId", .text(result.ruleID))]
    if let index = rules.firstIndex(where: { $0.id == result.ruleID }) {
        members.append(("ruleIndex", .number(index)))
    }
    members += [
        ("level", .text(result.level.rawValue)),
        ("message", .object([("text", .text(result.message))])),
        ("locations", .array([sarifLocation(result)])),
        (
            "partialFingerprints",
            .object([("kubeskewFinding/v1", .text(result.fingerprint))])
        ),
    ]
    if !result.properties.isEmpty {
        let properties = result.properties.map {
            (key: $0.name, value: JSONDocument.cell($0.value))
        }
        members.append(("properties", .object(properties)))
    }
    return .object(members)
}

private func sarifLocation(_ result: RuleResult) -> JSONDocument {
    var members: [(key: String, value: JSONDocument)] = []
    if let file = result.file {
        var physical: [(key: String, value: JSONDocument)] = [
            ("artifactLocation", .object([("uri", .text(sarifURI(file)))]))
        ]
        if let line = result.line, line > 0 {
            physical.append(("region", .object([("startLine", .number(line))])))
        }
        members.append(("physicalLocation", .object(physical)))
    }
    let logical = JSONDocument.object([("fullyQualifiedName", .text(result.subject))])
    members.append(("logicalLocations", .array([logical])))
    return .object(members)
}

/// A path as a URI reference (RFC 3986): whatever is not unreserved or a slash is escaped.
private func sarifURI(_ path: String) -> String {
    var uri = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
        let isPlain =
            (byte >= 48 && byte <= 57) || ((byte | 0x20) >= 97 && (byte | 0x20) <= 122)
            || "-._~/".utf8.contains(byte)
        if isPlain {
            uri.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            uri += "%" + hexadecimal(UInt32(byte), digits: 2).uppercased()
        }
    }
    return uri
}
