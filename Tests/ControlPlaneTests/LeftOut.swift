/// Cases that the model leaves out, and why: `CoverageTests` takes them for held.
enum LeftOut {
    static let reasons: [String: String] = [
        "C31": """
        A scenario names API servers and not leases, so a lease without the label or without a \
        holder cannot be said in it. A server's own lease is C11.
        """,
        "C35": """
        The label selector is built into the server and no flag sets it: no control plane runs \
        with another one.
        """,
        "I3": """
        An egress selector changes how a peer is dialled, not where a request goes or what comes \
        back; without it the case is I1.
        """,
    ]
}
