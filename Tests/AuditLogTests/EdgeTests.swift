import AuditLog
import Bytes
import KubeAPI
import Testing

/// Each limit that a log can hit, at its edge: the last that is read, and the first that is not.
struct EdgeTests {
    /// The last of the numbers for which it holds; none after may.
    private func edge(_ numbers: ClosedRange<Int>, _ holds: (Int) -> Bool) -> Int? {
        let held = numbers.filter(holds)
        guard let last = held.last, held.count == last - numbers.lowerBound + 1 else { return nil }
        return last < numbers.upperBound ? last : nil
    }

    private static let pods =
        #"{"resource":"pods","namespace":"team-a","name":"web-1","apiVersion":"v1"}"#

    /// What is kept of a Pod with these fields; nil where nothing is.
    private func kept(_ fields: String) -> (text: String, counts: BodyCounts)? {
        let event = Event.withBodies(
            "update", "/api/v1/namespaces/team-a/pods/web-1", Self.pods, code: 200,
            response: #"{"kind":"Pod","apiVersion":"v1",\#(fields)}"#)
        let reading = Reading(event.line, bodies: .all(longest: 1 << 20))
        guard let body = reading.traffic.bodies.first else {
            #expect(reading.bodyCounts.unreadable == 1)
            return nil
        }
        return (String(decoding: body.json, as: UTF8.self), reading.bodyCounts)
    }

    @Test("a body nests sixty-four deep, and holds a quarter of a million values")
    func bodies() {
        #expect(
            edge(55...70) { depth in
                let nested = String(repeating: #"{"a":"#, count: depth - 1) + "1"
                return kept(#""x":"# + nested + String(repeating: "}", count: depth - 1)) != nil
            } == 64)
        let most = 1 << 18
        #expect(
            edge(most - 5...most + 5) { count in
                // The object, its kind and version, and the list are values, too.
                kept(#""x":["# + String(repeating: "1,", count: count - 5) + "1]") != nil
            } == most)
    }

    @Test("of a body, annotations and names up to their lengths are kept")
    func texts() {
        func text(_ length: Int) -> String {
            String(repeating: "ab ", count: length / 3) + String(repeating: "a", count: length % 3)
        }
        #expect(
            edge(250...260) { length in
                let long = text(length)
                let fields = #""metadata":{"annotations":{"x.k8s.io/e":"\#(long)"}}"#
                return kept(fields)?.text.contains(long) == true
            } == 256)
        #expect(
            edge(315...325) { length in
                let name = String(repeating: "n", count: length)
                return kept(#""spec":{"\#(name)":1}"#)?.text.contains(name) == true
            } == 320)
    }

    @Test("of a body, texts up to a thousand bytes are kept")
    func longTexts() {
        #expect(
            edge(1_015...1_030) { length in
                let long = String(repeating: "n", count: length)
                return kept(#""spec":{"nodeName":"\#(long)"}"#)?.text.contains(long) == true
            } == 1_024)
    }

    @Test("however many sets of fields bodies have, each is found")
    func fieldSets() throws {
        let names = [
            "resources", "workloadRef", "hostnameOverride", "schedulingGroup",
            "evictionResponders",
        ]
        let states = [
            "observedGeneration", "extendedResourceClaimStatus", "allocatedResources", "resources",
            "nodeAllocatableResourceClaimStatuses",
        ]
        let contexts = ["appArmorProfile", "supplementalGroupsPolicy", "seLinuxChangePolicy"]
        func members(_ names: [String], _ bits: Int) -> [String] {
            names.indices.filter { bits >> $0 & 1 == 1 }.map { #""\#(names[$0])":{"a":1}"# }
        }
        // Sets of thirteen fields, and the first again when there were more than are remembered.
        let sets = Array(1...4_100) + [1]
        let log = sets.map { bits in
            let context = members(contexts, bits >> 10).joined(separator: ",")
            let spec = members(names, bits) + [#""securityContext":{\#(context)}"#]
            let status = members(states, bits >> 5).joined(separator: ",")
            return Event.withBodies(
                "update", "/api/v1/namespaces/team-a/pods/web-1", Self.pods, code: 200,
                response: #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1"},"#
                    + #""spec":{\#(spec.joined(separator: ","))},"status":{\#(status)}}"#
            ).line
        }
        let reading = Reading(log.joined(separator: "\n"))
        let found = reading.traffic.fields.map { sighting in
            sighting.shown.map { reading.text($0).split(separator: "\n").count } ?? 0
        }
        #expect(found == sets.map(\.nonzeroBitCount))
    }

    @Test("what stands in a list of records nests a thousand deep")
    func nesting() {
        #expect(
            edge(995...1_005) { depth in
                // The list, its items and the record are three of them.
                let nested =
                    String(repeating: "[", count: depth - 3)
                    + String(repeating: "]", count: depth - 3)
                let record = #"{"x":\#(nested),"# + Event().line.dropFirst()
                let list = """
                    {"kind":"EventList",
                    "apiVersion":"audit.k8s.io/v1","items":[\(record)]}
                    """
                return Reading(list).rejects.isEmpty
            } == 1_000)
    }

    @Test("records are wrapped sixteen times")
    func depth() {
        #expect(
            edge(10...20) { depth in
                let opening = String(repeating: #"{"log":"#, count: depth)
                let closing = String(repeating: "}", count: depth)
                return Reading(opening + Event().line + closing).requests.count == 1
            } == 16)
    }

    @Test("a text in front of a record is as long as what a shipper writes")
    func prefix() {
        let most = 1 << 16
        let length = Event().line.utf8.count
        let found = edge(most - length - 10...most + 10) { count in
            let before = String(repeating: "x", count: count)
            return Reading("\(Event().line)\n\(before)\(Event().line)").requests.count == 2
        }
        #expect(found.map { most - length - 5...most + 5 ~= $0 } == true)
    }

    @Test("of an envelope a thousand members are looked at")
    func members() {
        #expect(
            edge(1_015...1_030) { count in
                let others = (1..<count).map { "\"m\($0)\":1," }.joined()
                return Reading("{\(others)\"log\":\(Event().line)}").requests.count == 1
            } == 1_024)
    }
}
