/// Cases that the model leaves out, and why: `CoverageTests` takes them for held.
enum LeftOut {
    static let reasons: [String: String] = [
        "P3": forms, "P4": forms, "P5": forms, "P6": forms, "P31": forms, "P32": forms,
        "P33": forms, "P34": forms, "P35": forms, "P36": forms, "P37": forms, "P38": forms,
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

    private static let forms = """
        The form and profile in which a client asked for discovery is not recorded and decides no \
        route. A part of the reference that nothing runs has it, with tests of its own.
        """
}
