import Judgments
import KubeAPI
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
        page.narrowing = text
        page.inputs = [.init(name: text, sha256: text)]
        page.changes = [.init(what: text, before: text, after: text)]
        page.moments = [
            .init(at: .max, component: text, what: .resumed, server: text, client: text)
        ]
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
            page.runs[run].restore = page.runs[run].restore.map { spoilt($0, text) }
            page.runs[run].findings = page.runs[run].findings.map { spoilt($0, text) }
            page.runs[run].figures.clients = page.runs[run].figures.clients.map { spoilt($0, text) }
            page.runs[run].figures.exposures = page.runs[run].figures.exposures.map {
                spoilt($0, text)
            }
        }
        page.runs[0].figures.victims = [
            .init(
                resource: .init(group: text, version: text, resource: text), kind: text,
                grade: .observed, count: 3)
        ]
        page.runs[0].figures.owners = [.init(kind: text, groupVersion: text, count: 3)]
        page.runs[0].figures.condemningServers = [text]
        return page
    }

    private static func spoilt(_ item: FindingCase, _ text: String) -> FindingCase {
        var spoilt = item
        spoilt.id = text
        spoilt.finding.subject = text
        spoilt.finding.summary = text
        spoilt.finding.group = text
        spoilt.finding.version = text
        spoilt.finding.resource = text
        spoilt.finding.namespace = text
        spoilt.finding.user = text
        spoilt.finding.userAgent = text
        spoilt.finding.server = text
        spoilt.roles.append((.blockedBy, 7_000))
        var object = Finding.Identity()
        object.group = text
        object.version = text
        object.kind = text
        object.resource = text
        object.namespace = text
        object.name = text
        object.uid = text
        spoilt.finding.owner = object
        spoilt.finding.victims = [.init(object, deletedAt: .max, grade: .observed)]
        spoilt.finding.risks = [
            .init(
                group: text, version: text, resource: text, kind: text, reason: text,
                grade: .possible)
        ]
        for index in spoilt.exhibits.indices {
            spoilt.exhibits[index].server = text
            spoilt.exhibits[index].servers = text
            spoilt.exhibits[index].verb = text
            spoilt.exhibits[index].path = text
            spoilt.exhibits[index].notFound = text
            spoilt.exhibits[index].auditID = text
            spoilt.exhibits[index].source = text
            spoilt.exhibits[index].reason = text
        }
        return spoilt
    }

    private static func spoilt(_ exposure: Exposure, _ text: String) -> Exposure {
        var spoilt = exposure
        spoilt.resource = GroupVersionResource(group: text, version: text, resource: text)
        spoilt.refusing = [text]
        for index in spoilt.clients.indices {
            spoilt.clients[index].user = text
            spoilt.clients[index].userAgent = text
        }
        return spoilt
    }

    private static func spoilt(
        _ item: ReportPage.Restoration, _ text: String
    ) -> ReportPage.Restoration {
        var object = item.object
        object.group = text
        object.version = text
        object.resource = text
        object.namespace = text
        object.name = text
        object.uid = text
        return .init(
            action: text, object: object, deletedAt: .min, grade: text, because: text,
            finding: text)
    }

    private static func spoilt(_ client: Sufferer, _ text: String) -> Sufferer {
        var spoilt = client
        spoilt.user = text
        spoilt.userAgent = text
        spoilt.resources = [text]
        spoilt.servers = [(text, 7)]
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
