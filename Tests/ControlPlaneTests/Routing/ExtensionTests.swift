import ControlPlane
import KubeAPI
import Testing

/// Custom and aggregated APIs: who serves them, who forwards them, and who excludes them.
struct ExtensionTests {
    static let widgets = "crd.example.com/v1/widgets"

    static func pair(_ minor: Int, from: Double, until: Double? = nil) -> Plane {
        var plane = Plane()
        plane.add("cp-1", [.init(minor)])
        plane.add("cp-2", [.init(minor, at: 30)])
        plane.addCustom("crd.example.com/v1", "widgets", from: from, until: until)
        return plane
    }

    @Test("every server serves a custom resource itself, in every release (F3.34 to F3.37, A17)")
    func everywhere() {
        for minor in Release.all.map(\.minor) {
            let table = Self.pair(minor, from: 100).table
            #expect(
                table.says(Self.widgets, at: "cp-1", after: 90) == ["right-404 cp-1 page"],
                "\(minor)")
            #expect(
                table.says(Self.widgets, at: "cp-1", after: 120) == ["local cp-1 handlers"],
                "\(minor)")
            #expect(
                table.says("crd.example.com/v2/widgets", at: "cp-1", after: 120)
                    == ["right-404 cp-1 page"])
        }
    }

    @Test("1.34 may forward a custom resource that its local cache lacks (C13, F3.35, F3.40)")
    func staleLocalCache() {
        for minor in [34, 35, 36] {
            // cp-2 starts while the resource is there: its cache may have been filled too early.
            let plane = Self.pair(minor, from: -600)
            let soon = plane.table.says(Self.widgets, at: "cp-2", after: 60)
            let later = plane.table.says(Self.widgets, at: "cp-2", after: 2000)
            #expect(
                soon
                    == (minor == 34
                        ? ["local cp-2 handlers", "proxied cp-2>cp-1 handlers"]
                        : ["local cp-2 handlers"]))
            // F3.13: half an hour later the cache is filled anew.
            #expect(later == ["local cp-2 handlers"])
        }
    }

    @Test("a ghost comes back in 1.36 five minutes after the resource went (M81, F3.31)")
    func ghost() {
        // cp-1 and cp-2 read each other while the resource was there; no lease event follows.
        for minor in [34, 35, 36] {
            let plane = Self.pair(minor, from: -600, until: 4000)
            let table = plane.table
            let inGrace = table.says(Self.widgets, at: "cp-1", after: 4100)
            let after = table.says(Self.widgets, at: "cp-1", after: 4000 + 2500)
            if minor == 36 {
                #expect(inGrace == ["right-404 cp-1 page"])
                #expect(after.contains("right-404 cp-1>cp-2 page"), "\(after)")
            } else if minor == 35 {
                #expect(inGrace == ["right-404 cp-1 page"])
                #expect(after == ["right-404 cp-1 page"])
            }
        }
    }

    @Test("an aggregated API is local on every server, whether its backend answers or not")
    func aggregated() {
        for available in [true, false] {
            var plane = Plane()
            plane.add("cp-1", [.init(35)])
            plane.add("cp-2", [.init(36, at: 30)])
            plane.addCustom(
                "metrics.k8s.io/v1beta1", "nodes", from: 0, aggregated: true, available: available)
            let table = plane.table
            #expect(
                table.says("metrics.k8s.io/v1beta1/nodes", at: "cp-1", after: 120)
                    == ["local cp-1 handlers"])
            // The whole group-version goes to the backend, known resource or not.
            #expect(
                table.says("metrics.k8s.io/v1beta1/pods", at: "cp-1", after: 120)
                    == ["local cp-1 handlers"])
            #expect(
                table.says("metrics.k8s.io/v2/nodes", at: "cp-1", after: 120)
                    == ["right-404 cp-1 page"])
        }
    }

    @Test("an APIService with a service is excluded, one of a built-in version is not (E51)")
    func apiServices() {
        // Built-in versions have an APIService each, without a service.
        for (apiVersion, said) in [
            ("batch/v1", "wrong-404 cp-2 page"), ("batch/v9", "proxied cp-2>cp-1 handlers"),
        ] {
            for minor in [35, 36] {
                var plane = Plane()
                let off = Plane.proxy(minor) + ["--runtime-config=batch/v1=false"]
                plane.add("cp-1", [.init(minor)])
                plane.add("cp-2", [.init(minor, at: 30, flags: off)])
                plane.addCustom(apiVersion, "extras", from: -600, aggregated: true)
                let resource = "batch/v1/jobs"
                let found = plane.table.says(resource, at: "cp-2", after: 120)
                // The whole of an aggregated group-version is served by every server itself.
                let own = apiVersion == "batch/v1" ? "local cp-2 handlers" : said
                #expect(found == [own], "\(minor) \(apiVersion)")
            }
        }
    }

    @Test("a built-in resource whose group-version a custom one has too is excluded (F3.27)")
    func coincidence() {
        for (minor, isForwarded) in [(34, true), (35, false), (36, false)] {
            var plane = Plane()
            let off = Plane.proxy(minor) + ["--runtime-config=batch/v1=false"]
            plane.add("cp-1", [.init(minor)])
            plane.add("cp-2", [.init(minor, at: 30, flags: off)])
            plane.addCustom("batch/v1", "extras", from: -600)
            #expect(
                plane.table.says("batch/v1/jobs", at: "cp-2", after: 120)
                    == [isForwarded ? "proxied cp-2>cp-1 handlers" : "wrong-404 cp-2 page"])
        }
    }

    @Test("what a new custom resource strikes out comes back in 1.36 alone (E52, E58, F3.29, M81)")
    func struck() {
        for minor in [35, 36] {
            var plane = Plane()
            let off = Plane.proxy(minor) + ["--runtime-config=batch/v1=false"]
            plane.add("cp-1", [.init(minor)])
            plane.add("cp-2", [.init(minor, at: 30, flags: off)])
            plane.addCustom("batch/v1", "extras", from: 500, until: 1000)
            let table = plane.table
            let proxied = ["proxied cp-2>cp-1 handlers"]
            let wrong = ["wrong-404 cp-2 page"]
            #expect(table.says("batch/v1/jobs", at: "cp-2", after: 400) == proxied)
            #expect(table.says("batch/v1/jobs", at: "cp-2", after: 600) == wrong)
            #expect(table.says("batch/v1/jobs", at: "cp-2", after: 1200) == wrong, "in the grace")
            #expect(
                table.says("batch/v1/jobs", at: "cp-2", after: 1400)
                    == (minor == 35 ? wrong : proxied))
        }
    }

    @Test("a server that is starting may answer 503 for a custom resource (F1.39, S4)")
    func handlersIncomplete() {
        let table = Self.pair(36, from: -600).table
        let said = table.says(Self.widgets, at: "cp-2", after: 33)
        #expect(said.contains("local cp-2 handlers"))
        #expect(said.contains("local cp-2 handlersIncomplete"))
    }

    @Test("nothing is judged of a group that nobody knows")
    func unknown() {
        let table = Self.pair(36, from: 0).table
        #expect(
            table.says("foo.example.com/v1/foos", at: "cp-1", after: 60) == ["unjudged cp-1 any"])
        #expect(
            table.column(for: .init(group: "foo.example.com", version: "v1", resource: "foos"))
                == nil)
        #expect(table.says("apps/v1/foos", at: "cp-1", after: 60) == ["right-404 cp-1 route"])
        #expect(table.says("v2/pods", at: "cp-1", after: 60) == ["right-404 cp-1 route"])
    }
}
