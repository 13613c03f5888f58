/// What people ask of a recording of an upgrade, and an audit policy decides whether it can answer.
public enum AuditQuestion: String, Sendable, CaseIterable {
    case wrongAnswers = "wrong-answers"
    case versions
    case proxy
    case collectorReads = "collector-reads"
    case collectorDeletes = "collector-deletes"
    case owners
    case namespaces
    case extensions
    case discovery
    case inFlight = "in-flight"

    public var text: String {
        switch self {
        case .wrongAnswers: "Which requests got a wrong answer, and whose were they?"
        case .versions: "Which server ran which release, and from when to when?"
        case .proxy: "Was the Mixed Version Proxy at work?"
        case .collectorReads: "What did the garbage collector ask before it deleted?"
        case .collectorDeletes: "Which objects did it delete, and which incarnation of them?"
        case .owners: "Which objects does a wrong 404 for an owner put at risk?"
        case .namespaces: "What was looked for before a namespace was removed?"
        case .extensions: "When did custom and aggregated APIs come and go?"
        case .discovery: "What did clients learn of the APIs that there are?"
        case .inFlight: "Which writes were under way when a server stopped?"
        }
    }

    /// What is open where the answer is no.
    public var loss: String {
        switch self {
        case .wrongAnswers: "a wrong 404 that was not recorded is not found"
        case .versions: "a wrong 404 cannot be told from a right one"
        case .proxy: "whether requests were, or would be, forwarded is a guess"
        case .collectorReads: "a wrong deletion cannot be told from a right one"
        case .collectorDeletes: "what was deleted by mistake cannot be listed"
        case .owners: "what could have been deleted cannot be listed"
        case .namespaces: "content that was left behind is not found"
        case .extensions: "a 404 of a custom resource cannot be told right from wrong"
        case .discovery: "clients that learnt of half of the APIs are not found"
        case .inFlight: "a write that a stopping server never answered is not seen"
        }
    }
}
