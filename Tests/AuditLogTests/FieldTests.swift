import AuditLog
import Bytes
import KubeAPI
import Testing

@Suite("Which of the releases' new fields a body has") struct FieldTests {
    private static let pods = #"{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1"}"#
    private static let uri = "/api/v1/namespaces/n/pods/p"

    private static func pod(_ members: String, kind: String = "Pod") -> String {
        #"{"kind":"\#(kind)","apiVersion":"v1","metadata":{"name":"p","resourceVersion":"7"},"#
            + members + "}"
    }

    private static func sighting(
        sent: String = "", shown: String = "", verb: String = "update"
    ) -> (seen: FieldSighting, sent: [Substring]?, shown: [Substring]?)? {
        let event = Event.withBodies(
            verb, uri, pods, code: 200, request: sent, response: shown)
        let reading = Reading(event.line)
        guard let seen = reading.traffic.fields.first else { return nil }
        func paths(_ id: UInt32?) -> [Substring]? {
            id.map { reading.text($0).split(separator: "\n") }
        }
        return (seen, paths(seen.sent), paths(seen.shown))
    }

    private static func shown(_ members: String) -> [Substring]? {
        sighting(shown: pod(members))?.shown
    }

    /// A body that has one path of the table, with other members around it on every level.
    private static func members(_ path: String) -> String {
        var body = #""leaf""#
        for key in path.split(separator: ".").reversed() {
            let isList = key.hasSuffix("[]")
            let isMap = key.hasSuffix("{}")
            if isList { body = #"[{"n":1},"# + body + "]" }
            if isMap { body = #"{"other":{"x":[1]},"some":"# + body + "}" }
            let name = isList || isMap ? key.dropLast(2) : key
            body = #"{"a":"b","zz":[{"q":"\"}"}],"\#(name)":"# + body + #","z":null}"#
        }
        return String(body.dropFirst().dropLast())
    }

    private static let kinds = Catalogue.fieldNumbers.keys.filter { $0.resource != "pods" }.sorted()

    @Test("every path of the table is found, and nothing that is not there")
    func everyPath() throws {
        let numbers = try #require(
            Catalogue.fieldNumbers[
                GroupVersionResource(group: "", version: "v1", resource: "pods")])
        let paths = numbers.map { Catalogue.fields[$0].path }
        #expect(paths.count > 50)
        for path in paths {
            // A field that holds the other is there as well.
            let expected = paths.filter { known in
                known == path || path.hasPrefix(known + ".") || path.hasPrefix(known + "[]")
                    || path.hasPrefix(known + "{}")
            }
            #expect(Self.shown(Self.members(path))?.map(String.init) == expected, "\(path)")
        }
    }

    @Test("so it is for every other kind", arguments: kinds)
    func everyKind(_ resource: GroupVersionResource) throws {
        let fields = try #require(Catalogue.fieldNumbers[resource]).map { Catalogue.fields[$0] }
        for field in fields {
            let group = resource.group.isEmpty ? "" : #""apiGroup":"\#(resource.group)","#
            let event = Event.withBodies(
                "update", "/x",
                #"{\#(group)"apiVersion":"\#(resource.version)","resource":"\#(resource.resource)","#
                    + #""name":"o"}"#, code: 200,
                response: Self.pod(Self.members(field.path), kind: field.kind))
            let reading = Reading(event.line)
            let shown = try #require(reading.traffic.fields.first?.shown, "\(field)")
            #expect(reading.text(shown).split(separator: "\n").contains(Substring(field.path)))
        }
    }

    @Test("null, an empty list and an empty object are no field, nor is the same name elsewhere")
    func nothing() {
        for value in ["null", "[]", "{}"] {
            #expect(Self.shown(#""spec":{"schedulingGroup":\#(value)}"#) == [])
        }
        #expect(Self.shown(#""status":{"schedulingGroup":{"a":1}}"#) == [])
        #expect(Self.shown(#""spec":{"containers":{"restartPolicyRules":[1]}}"#) == [])
        #expect(Self.shown(#""spec":"text","status":[{"observedGeneration":1}]"#) == [])
    }

    @Test("every item of a list is looked at, whatever stands between them")
    func items() {
        let found = Self.shown(
            #"""
            "spec" : { "containers" : [ 1, null, {}, [ {} ],
              { "name" : "a" , "env":[{"name":"A","value":"{\"fileKeyRef\":1}"}] },
              { "lifecycle" : { "stopSignal" : "SIGTERM" } } , {"restartPolicyRules":[{}]} ] }
            """#.split(separator: "\n").joined())
        #expect(
            found == [
                "spec.containers[].lifecycle.stopSignal", "spec.containers[].restartPolicyRules",
            ])
    }

    @Test("both bodies of a request are looked at, and of another kind's body nothing is kept")
    func sides() throws {
        let group = #""spec":{"schedulingGroup":{"podGroupName":"g"}}"#
        let both = try #require(Self.sighting(sent: Self.pod(group), shown: Self.pod("\"a\":1")))
        #expect(both.sent == ["spec.schedulingGroup"] && both.shown == [])
        #expect(both.seen.version == 7)
        let status = #"{"kind":"Status","spec":{"schedulingGroup":1}}"#
        let other = try #require(Self.sighting(sent: Self.pod(group), shown: status))
        #expect(other.shown == nil && other.seen.version == 0)
        let patch = try #require(
            Self.sighting(sent: "{\(group)}", shown: Self.pod(group), verb: "patch"))
        #expect(patch.sent == ["spec.schedulingGroup"] && patch.shown == patch.sent)
        #expect(Self.sighting(sent: "{\(group)}", verb: "update") == nil)
    }

    @Test("what is broken deep inside a body takes away nothing that stands outside of it")
    func broken() throws {
        let seen = try #require(
            Self.sighting(
                shown: Self.pod(
                    #""spec":{"containers":[{"env" 1}],"schedulingGroup":{"a":1}},"z":{"a" 2}"#)))
        #expect(seen.shown == ["spec.schedulingGroup"] && seen.seen.version == 7)
    }

    @Test("a deletion's Status that has a resource version orders it among the writes (F9.15)")
    func deletion() {
        func revisions(_ metadata: String, kind: String = "Status") -> [Int64] {
            let event = Event.withBodies(
                "delete", Self.uri, Self.pods, code: 200,
                response: #"{"kind":"\#(kind)","apiVersion":"v1","metadata":{\#(metadata)},"#
                    + #""status":"Success","details":{"name":"p","kind":"pods"}}"#)
            return Reading(event.line).traffic.revisions.map(\.made)
        }
        #expect(revisions(#""resourceVersion":"4711""#) == [4_711])
        #expect(revisions("") == [])
        #expect(revisions(#""resourceVersion":"4711","name":"p""#, kind: "Pod") == [])
    }
}
