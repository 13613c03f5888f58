/// What the numbers in reasons and comments stand for, one line each.
///
/// `explain` and `check` print these lines beside the numbers they give. The numbers are those of
/// the collection of facts on mixed-version control planes that the model was built from; V numbers
/// were seen on running servers.
public enum Facts {
    /// The meaning of a fact number such as `F3.15` or `V8`; nil for a number that is not used.
    public static func meaning(of number: String) -> String? {
        table.first { $0.number == number }?.meaning
    }

    public static var numbers: [String] { table.map(\.number) }

    private static let table: [(number: String, meaning: String)] =
        routing + activation + caches + discovery + loops + consequences + seen

    private static let routing: [(number: String, meaning: String)] = [
        (
            "F1.1",
            "The filter sits innermost: a forwarded request was authenticated, authorised and"
                + " audited at the first server, and is again at the peer."
        ),
        (
            "F1.2",
            "Until 1.36, with StorageVersionAPI on, writes wait with 503 until the server has"
                + " recorded what it serves."
        ),
        ("F1.3", "A user without a rule for the resource gets 403 before any forwarding."),
        ("F1.4", "Only paths under /api and /apis with at least three parts name a resource."),
        ("F1.5", "Discovery paths, /version and health checks are no resource requests."),
        ("F1.6", "The HTTP method decides the verb; other methods have an empty one."),
        ("F1.7", "A leading watch or proxy in the path is the verb; with nothing after it: 500."),
        ("F1.8", "namespaces/NAME is taken off the path only where a resource follows it."),
        ("F1.9", "What is left of the path is resource, name, subresource."),
        ("F1.10", "get without a name is list, or watch where the query asks for it."),
        ("F1.11", "Routing looks at group, version and resource alone."),
        ("F1.12", "A resource that is served without one of its subresources is not forwarded."),
        ("F1.13", "Without request information the server answers 500."),
        ("F1.14", "What is no resource request is answered locally, always."),
        (
            "F1.15",
            "A request whose first x-kubernetes-peer-proxied header is `true` is answered"
                + " locally, whoever sent it."
        ),
        ("F1.16", "Until its caches have synced once, a server answers everything locally."),
        ("F1.17", "1.28 to 1.32: a resource without a StorageVersion entry is answered locally."),
        (
            "F1.18",
            "1.28 to 1.32: the entries come from the served versions that each server"
                + " recorded in StorageVersion objects."
        ),
        (
            "F1.19",
            "1.28 to 1.31: one peer without a usable address makes it 503, even if others"
                + " have one."
        ),
        ("F1.20", "1.32: peers without a usable address are skipped; 503 only if none is left."),
        ("F1.21", "1.28 to 1.32: an entry without servers is answered locally."),
        ("F1.22", "1.28 to 1.32: even a locally served request may read leases from etcd."),
        (
            "F1.23",
            "1.28 to 1.32: custom, aggregated and unstored resources have no entry, so they"
                + " are never forwarded."
        ),
        ("F1.24", "Servers before 1.28 record no served versions, so nobody forwards to them."),
        ("F1.25", "1.33 and later: what the local discovery cache has is answered locally."),
        ("F1.26", "1.33 and later: what no cached peer has either is answered locally, with 404."),
        (
            "F1.27",
            "1.33 and later: peers without an address are skipped; 503 if none is left, else"
                + " one is drawn."
        ),
        ("F1.28", "1.35 and later: the same, over a peer cache without excluded group-versions."),
        ("F1.29", "1.36 and later: a failed address look-up is counted in a metric as well."),
        ("F1.30", "One peer is drawn; there is no second try at another."),
        (
            "F1.31",
            "Peers known but no address: 503 Status, \"Error getting ip and port info of the"
                + " remote server while proxying\"."
        ),
        (
            "F1.32",
            "The peer cannot be reached: 503 in plain text, \"error trying to reach"
                + " service\"."
        ),
        ("F1.33", "Whatever the peer answers goes back to the client as it is."),
        ("F1.34", "A failure in the middle of the body breaks the connection."),
        ("F1.35", "A request without a user would get no answer at all."),
        ("F1.36", "A peer that takes longer than the request timeout: 504."),
        (
            "F1.37",
            "A local 404 is plain text where the group is unknown, a bare Status where the"
                + " group is known, a Status with a name where the object is missing."
        ),
        ("F1.38", "A custom resource that is not there (yet) gets the plain-text 404."),
        ("F1.39", "Until all handlers are installed the plain-text 404 is a 503."),
        ("F1.40", "A verb that a known resource does not offer: 405."),
        ("F1.41", "The 503s that the enhancement proposal promises for these cases do not exist."),
        ("F1.42", "The forwarded URL is the original one with its query sorted by key."),
        (
            "F1.43",
            "Forwarding adds the peer-proxied header, keeps the audit id and names the user"
                + " in X-Remote headers."
        ),
        ("F1.44", "The user's uid is forwarded from 1.32 on."),
        ("F1.45", "The peer must trust the proxy's client certificate, or it answers 401 or 403."),
        ("F1.46", "1.36: an egress selector for the control plane is used on the way to peers."),
        ("F1.47", "A forwarded upgrade request (exec, port-forward) arrives without its user."),
        (
            "F1.48",
            "A peer that gets a forwarded request answers it itself, with its own 404 if it"
                + " must."
        ),
    ]

    private static let activation: [(number: String, meaning: String)] = [
        (
            "F2.1",
            "Gate UnknownVersionInteroperabilityProxy is off by default until 1.35 and on from"
                + " 1.36; --emulated-version brings back the older default."
        ),
        (
            "F2.2",
            "The filter exists only with the gate on and --peer-ca-file set; the gate alone"
                + " makes a server publish its address for others."
        ),
        (
            "F2.3",
            "--peer-ca-file without the proxy's client certificate and key stops the server at"
                + " its start."
        ),
        (
            "F2.4",
            "With the gate off, --peer-ca-file and --peer-advertise-* stop the server at its"
                + " start."
        ),
        (
            "F2.5",
            "--peer-advertise-ip and -port count only together; otherwise the advertise"
                + " address and secure port are published."
        ),
        (
            "F2.6",
            "1.28 to 1.32: the gate needs gate StorageVersionAPI, or the server does not"
                + " start."
        ),
        (
            "F2.7",
            "1.28 to 1.32: without API internal.apiserver.k8s.io/v1alpha1 the filter never"
                + " syncs and the server never becomes ready."
        ),
        (
            "F2.8",
            "Gate APIServerIdentity must stay on: from 1.35 it is checked at the start, before"
                + " that a server without it has no identity."
        ),
        ("F2.9", "The first syncs of the proxy's caches hold back readiness."),
        ("F2.10", "A failing post-start hook ends the process."),
        ("F2.11", "Peers cannot be chosen or weighted by a flag."),
    ]

    private static let caches: [(number: String, meaning: String)] = [
        (
            "F3.1",
            "A server's ID comes from its host name alone, so it survives restarts and"
                + " upgrades."
        ),
        (
            "F3.2",
            "The identity lease lives 3600 s and is renewed every 10 s; its holder changes"
                + " with the process where the release says so."
        ),
        ("F3.3", "A crashed server's identity lease stays for one to two hours."),
        ("F3.4", "1.28 to 1.34: a restart renews the old identity lease, so peers notice nothing."),
        (
            "F3.5",
            "1.35 and later: a start replaces the identity lease and a graceful stop deletes"
                + " it, so peers look again."
        ),
        ("F3.6", "A crashed server of 1.35 or later leaves its identity lease behind as well."),
        ("F3.7", "Addresses are published in leases in etcd that the API does not show."),
        (
            "F3.8",
            "The endpoint lease lives 15 s, is refreshed every 10 s, and is first written when"
                + " the server is ready."
        ),
        ("F3.9", "The endpoint lease goes at once at a graceful stop, up to 15 s after a crash."),
        (
            "F3.10",
            "An address is looked up for every request; one that is not there splits into no"
                + " host and port."
        ),
        (
            "F3.11",
            "1.28 to 1.32: a stopped server's records stay for one to two hours, and mean 503"
                + " meanwhile."
        ),
        (
            "F3.12",
            "1.28 to 1.32: records of what a server no longer serves stay, so it answers 404"
                + " itself."
        ),
        ("F3.13", "The local discovery cache is filled at the start and then every 30 minutes."),
        ("F3.14", "Custom resources may miss the first fill of the local cache, for 30 minutes."),
        (
            "F3.15",
            "The peer cache is rebuilt when an identity lease appears, changes its holder or"
                + " goes; never by the clock."
        ),
        (
            "F3.16",
            "A rebuild asks each peer for /api and /apis as system:apiserver, without a time"
                + " limit of its own."
        ),
        ("F3.17", "1.35 and later: peers are asked for their own document, not the merged one."),
        (
            "F3.18",
            "A rebuild replaces everything: a peer that could not be asked is forgotten, and"
                + " its resources get 404."
        ),
        (
            "F3.19",
            "A failed rebuild is tried again: 5 times within 155 ms until 1.34, 20 times"
                + " within about 55 minutes from 1.35."
        ),
        (
            "F3.20",
            "1.33 and 1.34: a running server gives up on a newcomer before that is ready, and"
                + " does not learn of it."
        ),
        (
            "F3.21",
            "1.33 and 1.34: a failing discovery call to a peer ends the process that made"
                + " it."
        ),
        (
            "F3.22",
            "1.35 and later: a peer of which only half could be asked is kept with that"
                + " half."
        ),
        (
            "F3.23",
            "A server is ready without having asked any peer, so its peer cache may be empty."
        ),
        (
            "F3.24",
            "After a graceful stop a peer's resources get 503 until 1.34, and 404 from 1.35."
        ),
        (
            "F3.25",
            "1.35 and later: group-versions of custom and aggregated APIs are excluded, by"
                + " what the asking server sees in etcd."
        ),
        ("F3.26", "Excluded group-versions are taken from each peer's resources and groups."),
        ("F3.27", "A built-in group-version that a custom one coincides with is excluded too."),
        (
            "F3.28",
            "1.35: excluding throws the data away; the exclusion ends 5 to 6 minutes after"
                + " the definition was deleted."
        ),
        ("F3.29", "1.35: what was thrown away comes back only with the next rebuild."),
        (
            "F3.30",
            "1.36 and later: exclusion filters a raw copy and ends 5 minutes after the"
                + " group-version went."
        ),
        (
            "F3.31",
            "1.36 and later: a deleted custom resource can come back from the raw copy and be"
                + " forwarded in vain."
        ),
        (
            "F3.32",
            "1.36 and later: an emptied peer cache leaves the merged discovery document as it"
                + " was."
        ),
        ("F3.33", "A custom group-version may be forwarded for a moment before it is excluded."),
        ("F3.34", "1.28 to 1.32: requests for custom and aggregated APIs are never forwarded."),
        ("F3.35", "1.33 and 1.34: they are, where the local cache is older than the peer's."),
        ("F3.36", "1.35: they are not, except when informers lag."),
        ("F3.37", "1.36 and later: they are not, except for ghosts and lag."),
        ("F3.38", "From 1.35 on the proxy never mends a wrong 404 for a custom or aggregated API."),
        ("F3.39", "What only a newer server can serve of a custom resource is outside the proxy."),
        (
            "F3.40",
            "1.33 and 1.34: a freshly started server may forward custom resources for 30"
                + " minutes."
        ),
    ]

    private static let discovery: [(number: String, meaning: String)] = [
        (
            "F4.1",
            "/apis answers with the aggregated or the legacy document, as Accept says; /apis/"
                + " is always legacy."
        ),
        ("F4.2", "/api is never merged with what peers have."),
        ("F4.3", "/apis/GROUP and /apis/GROUP/VERSION are legacy, local and never forwarded."),
        ("F4.4", "Accept clauses are tried in order; v2beta1 is served by default until 1.32."),
        ("F4.5", "The document's ETag is its hash, the same in every encoding."),
        ("F4.6", "1.35 and later with the filter: /apis in its v2 form is merged with the peers'."),
        ("F4.7", "profile=nopeer asks for the local document; servers until 1.34 ignore it."),
        ("F4.8", "Merged are the local groups and the cached, filtered groups of each peer."),
        ("F4.9", "Of servers that differ on a group, the one with the smallest ID wins."),
        ("F4.10", "The order of a merged document keeps every server's own order where it can."),
        ("F4.11", "The merged document is kept until local discovery or the peer cache changes."),
        ("F4.12", "A resource in the merged document may still be 404 or 503."),
        ("F4.13", "Behind a balancer over unlike servers the document changes from call to call."),
        (
            "F4.14",
            "Legacy documents list the shared APIServices, whether this server serves them"
                + " or not."
        ),
        (
            "F4.15",
            "An older server that starts deletes the newer server's APIServices from legacy"
                + " discovery."
        ),
        ("F4.16", "Aggregated APIs are asked every minute; one that fails stays listed as stale."),
    ]

    private static let loops: [(number: String, meaning: String)] = [
        ("F5.1", "The header allows one hop; nothing else stops a loop."),
        (
            "F5.2",
            "Two servers that each believe the other serves it: one hop, then the peer's 404."
        ),
        ("F5.3", "A peer that no longer serves what the cache says: one hop, then its 404."),
        (
            "F5.4",
            "Where the published address is a balancer's, a forwarded request may reach any"
                + " server, the forwarder too."
        ),
        ("F5.5", "Where something removes the header, a request goes round until its deadline."),
        (
            "F5.6",
            "A client's own header with another value lets its request be forwarded again and"
                + " again; with `true`, never."
        ),
        ("F5.7", "An old local cache answers 404 for what is gone, or forwards what is there."),
        ("F5.8", "A peer without the proxy ignores the header and answers itself."),
        ("F5.9", "A server's calls to itself pass the filter too."),
    ]

    private static let seen: [(number: String, meaning: String)] = [
        ("V1", "Seen: both servers record a forwarded request, with one audit id and one user."),
        ("V2", "Seen: the three shapes of 404 on the wire and in audit records."),
        (
            "V3",
            "Seen: --peer-advertise-ip and --peer-advertise-port have no effect in 1.33 to"
                + " 1.36."
        ),
        (
            "V4",
            "Seen: a controller-manager that restarts on the new server's discovery and asks an"
                + " old one deletes objects whose owners exist."
        ),
        (
            "V5",
            "Seen: namespaces go while objects of a new kind stay in them; with the proxy they"
                + " wait."
        ),
        ("V6", "Seen: 1.35 servers knew a fresh 1.36 server within a second of its readiness."),
        ("V7", "Seen: --goaway-chance moves clients between servers every few dozen requests."),
        ("V8", "Seen: 1.33 servers never learned of a 1.34 server that started after them."),
        (
            "V9",
            "Seen: after the only capable peer crashed, 503 in plain text for 15 s, then 503"
                + " Status."
        ),
        (
            "V10",
            "Seen: a server with the gate on and no --peer-ca-file is forwarded to and forwards"
                + " nothing."
        ),
        ("V11", "Seen: servers that all advertise a balancer forward to any of themselves."),
    ]
}
