import Bytes
import ControlPlane
import Judgments
import KubeAPI
import Replay

/// What limits a run beyond its recording: the upgrade in it, who asked, how much stayed open.
struct RunLimits: Sendable {
    var mode: RunMode
    var scenario: Scenario
    var span: ClosedRange<Int64>
    var windows: Scenario.Windows
    /// Whether any request falls into a mixed window.
    var isAsked = true
    /// Whether anybody asked, in such a window, for what servers disagreed about.
    var isDemanded = true
    var agreement: Agreement
    /// Requests without a certain verdict that may have got a wrong answer.
    var open = 0
    /// Those of them of which the model expects one, harmless as its choice is.
    var expected = 0
    /// 404s of whole resources, right or wrong, certain or not.
    var notFound = 0
    var wrongForCertain = 0
    var unjudged = 0
    var requests = 0

    private var isWhatIf: Bool { mode == .whatIf }

    var evidence: [Evidence] {
        (contradictions + undecided + upgrade + demand).ordered
    }

    private var contradictions: [Evidence] {
        guard !isWhatIf else { return [] }
        let (agreeing, contradicting) = agreement.contested
        let all = agreeing + contradicting
        guard contradicting * 100 > all else { return [] }
        return [
            Evidence(
                .lowAgreement, contradicting * 20 > all ? .blocks : .weakens,
                summary: "of \(all) answers about whole resources, \(contradicting) contradict "
                    + "the model",
                effect: "the control plane was not what it is taken to be, so that verdicts may be "
                    + "wrong",
                remedy: "correct what 'kubeskew scenario RECORDING' prints and replay against it; "
                    + "v_agreement shows the contradictions")
        ]
    }

    private var undecided: [Evidence] {
        var found: [Evidence] = []
        if open > 0 {
            let all = max(open, notFound)
            let certain = wrongForCertain == 0 ? "none" : "\(wrongForCertain)"
            found.append(
                Evidence(
                    .openVerdicts, isWhatIf && expected == 0 ? .weakens : .blocks,
                    summary: isWhatIf
                        ? "wrong answers: \(certain) for certain; \(open) of "
                            + "\(English.count(requests, "request")) may get one"
                        : "wrong answers: \(certain) for certain; \(open) of \(all) refusals may "
                            + "be one",
                    effect: "the evidence allows both",
                    remedy: isWhatIf
                        ? ""
                        : "'kubeskew query RECORDING -e \"SELECT * FROM v_verdict WHERE "
                            + "certainty = 'possible'\"' lists them with the reason"))
        }
        if unjudged > 0 {
            found.append(
                Evidence(
                    .unjudged, unjudged * 20 > requests ? .blocks : .weakens,
                    summary: "\(English.count(unjudged, "request")) could not be judged",
                    effect: "nothing is known of their API groups",
                    remedy: "store what servers say of them: kubeskew capture discovery RECORDING "
                        + "SERVER=FILE"))
        }
        return found
    }

    // MARK: The upgrade

    private var upgrade: [Evidence] {
        var found = outside
        if isWhatIf, let (one, other) = windows.skipped {
            found.append(
                Evidence(
                    .skipsMinor, .weakens, subject: scenario.name,
                    summary:
                        "the scenario has \(one) and \(other) together, which are no neighbours",
                    effect: "Kubernetes supports no such upgrade, and none was measured"))
        }
        guard windows.mixed.isEmpty else { return found }
        if windows.changes.isEmpty {
            let only = Set(scenario.servers.flatMap(\.processes).map(\.release))
            let releases = only.sorted().map(\.description).joined(separator: ", ")
            found.append(
                Evidence(
                    .noMixedWindow, .notes,
                    summary: "no server was upgraded: all ran \(releases) throughout",
                    effect: "what an upgrade would do is not in this run"))
        } else if found.allSatisfy({ $0.weight != .blocks }) {
            found.append(
                Evidence(
                    .noMixedWindow, scenario.servers.count == 1 || !isWhatIf ? .notes : .blocks,
                    summary: windows.allDown.map {
                        "all servers were down together, from \(RFC3339.text($0.lowerBound)) to "
                            + RFC3339.text($0.upperBound)
                    } ?? "no two servers ever run different releases beside each other",
                    effect: "what happens while they do is not in this run",
                    remedy: "upgrade one server after the other"))
        }
        return found
    }

    /// Whether the recording has the upgrade, or a part of it.
    private var outside: [Evidence] {
        let inside = windows.changes.filter(span.contains)
        if isWhatIf, !windows.changes.isEmpty {
            guard inside.count < windows.changes.count else { return [] }
            let isWhole = inside.isEmpty
            return [
                Evidence(
                    .upgradeOutside, isWhole ? .blocks : .weakens, subject: scenario.name,
                    summary: isWhole
                        ? "the upgrade lies outside of the recording"
                        : "only \(inside.count) of \(windows.changes.count) servers are upgraded "
                            + "within the recording",
                    effect: isWhole
                        ? "no request was replayed against servers of two releases"
                        : "what the rest of the upgrade does is not in this run",
                    remedy: "let it start within the recording (start: busiest, or end-30m), or "
                        + "record for longer")
            ]
        }
        guard !isWhatIf else { return [] }
        let cut = [windows.mixed.first?.lowerBound, windows.mixed.last?.upperBound]
        guard cut[0] == span.lowerBound || cut[1] == span.upperBound else { return [] }
        let which = cut[1] == span.upperBound ? "ends" : "begins"
        return [
            Evidence(
                .upgradeOutside, .weakens,
                summary: "the recording \(which) while servers run different releases",
                effect: "what went wrong \(which == "ends" ? "after" : "before") it is not in it",
                remedy: "capture the logs of the whole upgrade")
        ]
    }

    private var demand: [Evidence] {
        guard !windows.mixed.isEmpty else { return [] }
        if !isAsked {
            return [
                Evidence(
                    .noRequests, .blocks,
                    summary:
                        "no request falls into the time in which servers run different releases",
                    effect: "nothing could go wrong, because nobody asked",
                    remedy: "let the upgrade start when clients are busy (start: busiest)")
            ]
        }
        guard !isDemanded else { return [] }
        return [
            Evidence(
                .noDemand, isWhatIf ? .blocks : .notes,
                summary: "nobody asked for an API that the servers' releases differ in",
                effect: isWhatIf
                    ? "what clients and controllers of the new release will ask for is not in this "
                        + "recording"
                    : "no request could be refused wrongly",
                remedy: isWhatIf
                    ? "replay a recording of a real upgrade, such as a test cluster's" : "")
        ]
    }
}
