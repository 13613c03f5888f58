// What follows from a wrong answer: sections 6 to 9 of the facts, as far as findings rest on them.
extension Facts {
    static let consequences: [(number: String, meaning: String)] =
        collection + namespaces + otherClients + logs

    private static let collection: [(number: String, meaning: String)] = [
        (
            "F6.5",
            "An owner reference to a uid that the garbage collector has not seen makes it ask for"
                + " that owner."
        ),
        (
            "F6.6",
            "The garbage collector maps kinds to resources by discovery that is up to 30 s old, and"
                + " looks for exactly the version that the reference names."
        ),
        (
            "F6.7",
            "A kind that is missing from discovery is safe: nothing is asked and nothing deleted."
                + " The danger is a kind in discovery and a GET at a server that lacks it."
        ),
        (
            "F6.8",
            "Every owner of a live dependent is asked for by name; 404 or another uid makes it"
                + " absent, any other error is tried again."
        ),
        (
            "F6.9",
            "Absent owners are remembered, 500 of them, without expiry, until the"
                + " controller-manager restarts: later dependents go without another GET."
        ),
        ("F6.10", "A 404 of any shape counts as absent, even one that is no Status."),
        (
            "F6.11",
            "The garbage collector cannot tell a 404 for an unknown API from one for an absent"
                + " object."
        ),
        ("F6.12", "503 and every other error but 404 is tried again, and deletes nothing."),
        (
            "F6.14",
            "A dependent with another living owner only loses the references to absent ones, by"
                + " PATCH."
        ),
        (
            "F6.16",
            "A dependent whose owners are all absent is deleted, with its uid as precondition."
        ),
        (
            "F6.19",
            "Where an observed object's own GET gets a 404 it counts as gone, and its dependents"
                + " follow without a GET of their owner."
        ),
        ("F6.20", "What depends on a deleted dependent is collected in turn."),
        (
            "F6.21",
            "An owner that shows itself again does not leave the list of absent owners: what is"
                + " created again is deleted again."
        ),
    ]

    private static let namespaces: [(number: String, meaning: String)] = [
        (
            "F7.4",
            "A discovery error, or an API marked stale, keeps a namespace Terminating until"
                + " discovery is complete."
        ),
        (
            "F7.5",
            "Discovery that lacks an API without an error leaves its objects behind, and the"
                + " namespace is removed."
        ),
        (
            "F7.7",
            "A 404 to the deletion and the list of a resource counts as nothing there, without an"
                + " error."
        ),
        ("F7.8", "Any other error keeps a namespace Terminating: a 503 blocks and loses nothing."),
        ("F7.9", "Objects that wait for finalizers keep the namespace Terminating."),
        (
            "F7.10",
            "Objects left behind stay in etcd, and are there again in the next namespace of that"
                + " name."
        ),
    ]

    private static let otherClients: [(number: String, meaning: String)] = [
        (
            "F8.1",
            "Reflectors try a 404 again for ever and keep what they had; what waits for their first"
                + " list does not start."
        ),
        (
            "F8.3",
            "Clients of legacy discovery fail with an incomplete list where a server does not"
                + " answer for a version."
        ),
        (
            "F8.4",
            "Clients that map kinds by discovery do not find a kind that the document lacks, until"
                + " they read it again."
        ),
    ]

    private static let logs: [(number: String, meaning: String)] = [
        ("F9.6", "A forwarded request has the same audit id in the logs of both servers.")
    ]
}
