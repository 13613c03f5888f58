import Foundation
import KubeAPI
import Testing

@Suite("kubeskew catalog")
struct CatalogTests {
    static func json(_ result: CommandResult) throws -> [[String: Any]] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]],
            "\(result)")
    }

    @Test("a release's built-in resources are rows, with what it takes to serve them")
    func oneRelease() throws {
        let result = try CommandFolder().run("catalog", "1.36", "-o", "json")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        let rows = try Self.json(result)
        #expect(rows.count == 95)
        let podgroups = try #require(rows.first { $0["resource"] as? String == "podgroups" })
        #expect(podgroups["served"] as? String == "gate+runtime-config")
        #expect(podgroups["gate"] as? String == "GenericWorkload")
        #expect(podgroups["namespaced"] as? Bool == true)
        let pods = try #require(rows.first { $0["resource"] as? String == "pods" })
        #expect(pods["gate"] is NSNull)
        #expect((pods["subresources"] as? String)?.contains("eviction") == true)
    }

    @Test("a release may be written as servers write it")
    func patchRelease() throws {
        let folder = try CommandFolder()
        let plain = try folder.run("catalog", "1.35", "-o", "csv")
        #expect(try folder.run("catalog", "v1.35.6+abc", "-o", "csv").output == plain.output)
    }

    @Test("without a release each resource is listed with the releases that have it")
    func history() throws {
        let rows = try Self.json(try CommandFolder().run("catalog", "-o", "json"))
        let newest = Release.known.upperBound
        let policies = rows.filter {
            $0["resource"] as? String == "mutatingadmissionpolicies"
        }.map { "\($0["api_version"] ?? "") \($0["releases"] ?? "")" }
        #expect(
            policies == [
                "v1 1.36-\(newest)", "v1alpha1 1.32-\(newest)", "v1beta1 1.34-\(newest)",
            ])
    }

    @Test("the difference of two releases names what came, went and changed")
    func difference() throws {
        let folder = try CommandFolder()
        let result = try folder.run(
            "catalog", "--diff", "1.33", "1.34", "--no-headers", "--columns",
            "change,api_group,api_version,resource,before,after", "-o", "csv")
        #expect(result.status == 0, "\(result)")
        let lines = result.output.components(separatedBy: "\r\n")
        #expect(
            lines.contains("added,resource.k8s.io,v1,deviceclasses,,default"), "\(result)")
        #expect(
            lines.contains("removed,resource.k8s.io,v1alpha3,deviceclasses,runtime-config,"),
            "\(result)")
        #expect(lines.contains("preferred,resource.k8s.io,,,,v1"), "\(result)")
        let same = try folder.run("catalog", "--diff", "1.34", "1.34", "-o", "json")
        #expect(same.output == "[]\n", "\(same)")
    }

    @Test("a release that nobody measured says how it is known")
    func basis() throws {
        let folder = try CommandFolder()
        for release in Release.all.suffix(4) {
            let basis = try #require(release.basis)
            let said = try folder.run("catalog", "\(release)", "-o", "json")
            let word = basis.text.prefix { $0 != ":" }
            let isTold = said.errors.contains("\(release) is \(word)")
            #expect(isTold == (basis != .measured), "\(said)")
            let rows = try Self.json(said)
            #expect(rows.allSatisfy { $0["basis"] as? String == basis.rawValue })
            #expect(try folder.run("catalog", "\(release)", "-q", "-o", "csv").errors.isEmpty)
        }
    }

    @Test("the difference of two releases names the fields that only one of them knows")
    func fields() throws {
        let words = "--no-headers --columns change,resource,after,detail,field -o csv"
        let forth = try CommandFolder().shell("kubeskew catalog --diff 1.36 1.37 \(words)")
        let lines = forth.output.components(separatedBy: "\r\n")
        #expect(
            lines.contains("added,pods,no gate named,field,spec.evictionResponders"), "\(forth)")
        #expect(
            lines.contains(
                "added,jobs,alpha,\"field, gate WorkloadWithJob\",spec.scheduling"), "\(forth)")
        let back = try CommandFolder().shell("kubeskew catalog --diff 1.37 1.36 \(words)")
        #expect(back.output.contains("removed,pods,,field,spec.evictionResponders"), "\(back)")
    }

    @Test(
        "what it cannot answer is wrong usage",
        arguments: [
            (["1.27"], "the catalogue holds 1.28 to \(Release.known.upperBound), not 1.27"),
            (["1.99"], "the catalogue holds 1.28 to \(Release.known.upperBound), not 1.99"),
            (["latest"], "'latest' is no release; one looks like 1.36"),
            (["1.35", "1.36"], "several releases are given without --diff"),
            (["--diff", "1.35"], "--diff compares two releases; given: 1"),
            (["--diff"], "--diff compares two releases; given: 0"),
        ])
    func wrongUsage(words: [String], message: String) throws {
        let result = try CommandFolder().shell(
            "kubeskew catalog \(words.joined(separator: " "))")
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
        #expect(result.errors.hasPrefix("kubeskew: \(message)\n"), "\(result)")
    }
}
