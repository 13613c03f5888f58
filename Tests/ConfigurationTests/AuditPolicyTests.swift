import Configuration
import ControlPlane
import KubeAPI
import Testing

@Suite("An audit policy")
struct AuditPolicyTests {
    private func policy(_ rules: String) -> AuditPolicy {
        let text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n\(rules)\n"
        let reading = AuditPolicy.read(Array(text.utf8), fileName: "policy.yaml")
        #expect(reading.problems == [])
        return reading.policy
    }

    private func answers(_ policy: AuditPolicy) -> [AuditQuestion: PolicyCheck.Answer] {
        Dictionary(uniqueKeysWithValues: PolicyCheck(policy).rows.map { ($0.question, $0.answer) })
    }

    @Test("that is the smallest one answers every question")
    func smallest() {
        let reading = AuditPolicy.read(Array(AuditPolicy.smallest.utf8), fileName: "smallest")
        #expect(reading.problems == [])
        let check = PolicyCheck(reading.policy)
        #expect(check.rows.allSatisfy { $0.answer == .yes }, "\(check.rows)")
    }

    @Test("is needed in both rules that keep something of everybody")
    func everyRule() {
        let whole = AuditPolicy.read(Array(AuditPolicy.smallest.utf8), fileName: "smallest").policy
        for index in whole.rules.indices.suffix(2) {
            var less = whole
            less.rules[index].level = .none
            #expect(PolicyCheck(less).rows.contains { $0.answer != .yes })
        }
    }

    @Test("at level Metadata leaves owners open, and says by which line")
    func metadata() {
        let check = PolicyCheck(policy("- level: Metadata"))
        let answers = answers(policy("- level: Metadata"))
        #expect(answers[.wrongAnswers] == .yes)
        #expect(answers[.collectorReads] == .yes)
        #expect(answers[.owners] == .no)
        #expect(answers[.extensions] == .no)
        let why = check.rows.first { $0.question == .owners }?.why ?? ""
        #expect(why.contains("line 4") && why.contains("takes RequestResponse"))
    }

    @Test("that drops reads cannot say what got a wrong answer or what the collector asked")
    func noReads() {
        let answers = answers(
            policy("- {level: None, verbs: [get, list, watch]}\n- level: RequestResponse"))
        #expect(answers[.wrongAnswers] == .partly)
        #expect(answers[.collectorReads] == .no)
        #expect(answers[.owners] == .yes)
        #expect(answers[.discovery] == .no)
    }

    @Test("that omits RequestReceived loses what was under way")
    func stages() {
        let reading = AuditPolicy.read(
            Array(
                "kind: Policy\nomitStages: [RequestReceived]\nrules: [{level: RequestResponse}]\n"
                    .utf8), fileName: "p")
        #expect(answers(reading.policy)[.inFlight] == .no)
    }

    @Test(
        "matches as kube-apiserver does",
        arguments: [
            ("{group: \"\", resources: [pods]}", "pods", "", true),
            ("{group: \"\", resources: [pods]}", "pods", "log", false),
            ("{group: \"\", resources: [pods/*]}", "pods", "log", true),
            ("{group: \"\", resources: [\"*/log\"]}", "pods", "log", true),
            ("{group: \"\", resources: [\"*\"]}", "pods", "log", true),
            ("{group: \"\"}", "pods", "log", true), ("{group: apps}", "pods", "", false),
            ("{group: \"\", resources: [pods], resourceNames: [other]}", "pods", "", false),
        ])
    func matching(resources: String, resource: String, subresource: String, isMet: Bool) {
        var subject = AuditPolicy.Subject(user: "u", verb: "get")
        subject.resource = GroupVersionResource(group: "", version: "v1", resource: resource)
        subject.subresource = subresource
        subject.name = "one"
        let level = policy("- {level: Metadata, resources: [\(resources)]}").level(for: subject)
        #expect(level == (isMet ? .metadata : .none))
    }

    @Test("says what is wrong with it, and where")
    func problems() {
        let text =
            "kind: Polcy\nrules:\n- {level: Meta}\n- {verbs: [get]}\n- {level: None, verb: []}\n"
        let reading = AuditPolicy.read(Array(text.utf8), fileName: "p.yaml")
        #expect(!reading.isUsable)
        #expect(reading.problems.count == 4)
    }
}
