import Report

/// Texts that try to be more than text, in every place where a page shows one.
enum Hostile {
    static let texts = [
        "<script>alert(1)</script>", "</style><script>alert(1)</script>", "</title><img src=x>",
        "\"><img src=x onerror=\"alert(1)\">", "' onmouseover='alert(1)", "]]>", "<!--", "-->",
        "javascript:alert(1)", "a\u{202e}gnp.exe", "\u{2066}x\u{2069}", "a\u{0}b\u{1b}[31mred",
        "line\nbreak\r\ttab", "&lt;script&gt;", "&#x3c;b&#x3e;", "</svg><svg onload=alert(1)>",
        "\u{feff}\u{fffe}", "`${alert(1)}`", "expression(alert(1))", "url(#x)",
    ]

    static var page: ReportPage { page(texts.joined(separator: " ")) }

    static func page(_ text: String) -> ReportPage {
        var page = Sample.twoRuns
        page.recording = text
        page.toolVersion = text
        page.coverage.missingServers = [text]
        page.coverage.servers[0].name = text
        page.facts.append(.init(text, text))
        page.traffic[0].server = text
        for index in page.kinds.indices {
            page.kinds[index].title = text
            page.kinds[index].cause = text
            page.kinds[index].advice = text
            page.kinds[index].facts.append(text)
        }
        for run in page.runs.indices {
            page.runs[run].name = text
            page.runs[run].scenario = text
            page.runs[run].lanes[0].server = text
            page.runs[run].lanes[0].processes[0].release = text
            page.runs[run].marks.append(.init(.wrong404, server: text, points: []))
            page.runs[run].findings = page.runs[run].findings.map { spoilt($0, text) }
            page.runs[run].clients = page.runs[run].clients.map { spoilt($0, text) }
            page.runs[run].exposed = page.runs[run].exposed.map { spoilt($0, text) }
        }
        page.runs[0].totals.victims = [.init(kind: text, grade: text, count: 3)]
        page.runs[0].totals.owners = [.init(kind: text, groupVersion: text, count: 3)]
        page.runs[0].totals.condemningServers = [text]
        return page
    }

    private static func spoilt(_ finding: ReportPage.Finding, _ text: String) -> ReportPage.Finding
    {
        var spoilt = finding
        spoilt.id = text
        spoilt.grade = text
        spoilt.severity = text
        spoilt.summary = text
        spoilt.resource = text
        spoilt.namespace = text
        spoilt.user = text
        spoilt.userAgent = text
        spoilt.server = text
        spoilt.roles.append(.init(text, 7_000))
        spoilt.owner = .init(
            kind: text, groupVersion: text, namespace: text, name: text, uid: text)
        spoilt.victims = [
            .init(
                resource: text, namespace: text, name: text, uid: text, deletedAt: .max, grade: text
            )
        ]
        spoilt.risks = [.init(resource: text, reason: text, grade: text)]
        for index in spoilt.evidence.indices {
            spoilt.evidence[index].server = text
            spoilt.evidence[index].servers = text
            spoilt.evidence[index].verb = text
            spoilt.evidence[index].path = text
            spoilt.evidence[index].notFound = text
            spoilt.evidence[index].auditID = text
            spoilt.evidence[index].source = text
            spoilt.evidence[index].reason = text
        }
        return spoilt
    }

    private static func spoilt(
        _ api: ReportPage.ExposedAPI, _ text: String
    ) -> ReportPage.ExposedAPI {
        var spoilt = api
        spoilt.group = text
        spoilt.version = text
        spoilt.resource = text
        spoilt.refusing = [text]
        for index in spoilt.clients.indices {
            spoilt.clients[index].user = text
            spoilt.clients[index].userAgent = text
        }
        return spoilt
    }

    private static func spoilt(_ client: ReportPage.Client, _ text: String) -> ReportPage.Client {
        var spoilt = client
        spoilt.user = text
        spoilt.userAgent = text
        spoilt.resources = [text]
        return spoilt
    }
}

/// A page's elements, checked as a strict reader would: each closed, in order, quotes in pairs.
enum Nesting {
    struct Broken: Error, CustomStringConvertible {
        var description: String
    }

    private static let empty: Set<Substring> = ["meta", "input", "!DOCTYPE"]

    static func check(_ page: String) throws {
        var open: [Substring] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            let end = try endOfTag(rest)
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "\n" && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else {
                    throw Broken(description: "</\(name)> closes what is not open: \(open)")
                }
            } else if !tag.hasSuffix("/"), !empty.contains(name) {
                open.append(name)
                // Style and script hold no elements.
                if name == "style" || name == "script" {
                    guard let close = rest.firstRange(of: "</\(name)>") else {
                        throw Broken(description: "\(name) has no end")
                    }
                    rest = rest[close.lowerBound...]
                }
            }
        }
        guard open.isEmpty else { throw Broken(description: "left open: \(open)") }
    }

    private static func endOfTag(_ text: Substring) throws -> Substring.Index {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ">", !isQuoted { return index }
            if text[index] == "<" { break }
        }
        throw Broken(description: "a tag has no end: \(text.prefix(80))")
    }
}
