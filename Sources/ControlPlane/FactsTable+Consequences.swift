// What follows from a wrong answer: sections 6 to 9 of the facts, and what servers count of it, 10.
extension Facts {
    static let consequences: [(number: String, meaning: String)] =
        collection + namespaces + otherClients + logs + counters

    private static let collection: [(number: String, meaning: String)] = [
        (
            "F6.1",
            "The garbage collector reads discovery every 30 s and watches what can be listed,"
                + " watched and deleted; a monitor that goes deletes nothing."
        ),
        ("F6.2", "Events are never collected."),
        (
            "F6.3",
            "Where another version comes first in discovery, the garbage collector watches that"
                + " one instead."
        ),
        (
            "F6.4",
            "Until 1.31 nothing is collected until every monitor has synced; from 1.32 on the"
                + " wait ends after 30 s."
        ),
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
            "F6.13",
            "The dependent itself is read first; where that gets a 404 or another uid, it counts"
                + " as deleted."
        ),
        (
            "F6.14",
            "A dependent with another living owner only loses the references to absent ones, by"
                + " PATCH."
        ),
        (
            "F6.15",
            "A dependent whose owners are absent or wait for their dependents is deleted in the"
                + " foreground if it has dependents itself."
        ),
        (
            "F6.16",
            "A dependent whose owners are all absent is deleted, with its uid as precondition."
        ),
        (
            "F6.17",
            "An object in foreground deletion loses its finalizer when no dependent blocks it"
                + " any more."
        ),
        (
            "F6.18",
            "Orphaning takes the references out of all dependents first and then the finalizer"
                + " off the owner; a 404 on the way is passed over."
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
        (
            "F6.22",
            "The scope of an owner decides the path of its GET and how its absence is"
                + " remembered; a cluster-wide dependent of a namespaced kind is never deleted."
        ),
        (
            "F6.23",
            "With service account credentials the garbage collector is generic-garbage-collector"
                + " in kube-system; without, it is system:kube-controller-manager."
        ),
        (
            "F6.24",
            "Its user agent ends in generic-garbage-collector, in both cases; its monitors and"
                + " its mapper have others."
        ),
        (
            "F6.25",
            "It reads with GET and deletes one by one, with a uid as precondition and a"
                + " propagation policy; it never deletes a collection."
        ),
        (
            "F6.26",
            "A wrong collection shows as its GET of an owner with a route-level 404, its DELETE"
                + " of the dependent, and any sign that the owner lived in between."
        ),
        (
            "F6.27",
            "The forwarding server's record of such a 404 has the code alone; the peer's record"
                + " tells its shape."
        ),
    ]

    private static let namespaces: [(number: String, meaning: String)] = [
        (
            "F7.1",
            "The namespace controller starts on a namespace 5 s after its deletion, and tries"
                + " again with growing delays."
        ),
        (
            "F7.2",
            "What cannot be listed or deleted as a collection is marked once, when the"
                + " controller starts, for the life of the process."
        ),
        (
            "F7.3",
            "Each run reads the namespace, marks it Terminating and takes the namespaced kinds"
                + " that can be deleted from discovery, in their preferred versions."
        ),
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
        ("F7.6", "With gate OrderedNamespaceDeletion nothing else is touched while pods remain."),
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
        ("F7.11", "A group-version that cannot be parsed has a condition of its own."),
        (
            "F7.12",
            "The controller shows as user or user agent namespace-controller, with"
                + " deletecollection, list, delete and updates of status and finalize."
        ),
        (
            "F7.13",
            "A leak shows as 404 to deletecollection and list, or no request at all, and then a"
                + " finalize, while another server served the resource."
        ),
    ]

    private static let otherClients: [(number: String, meaning: String)] = [
        (
            "F8.1",
            "Reflectors try a 404 again for ever and keep what they had; what waits for their first"
                + " list does not start."
        ),
        (
            "F8.2",
            "The quota controller reads discovery every 30 s; a monitor that never syncs leaves"
                + " its resource's quota as it was."
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
        (
            "F8.5",
            "kubectl keeps discovery for 6 h, so a new kind stays unknown; a deletion or a wait"
                + " for one takes a wrong 404 for success."
        ),
        (
            "F8.6",
            "Helm takes a 404 for an object that is yet to be created or already gone, and may"
                + " leave it behind."
        ),
        ("F8.7", "An autoscaler whose scale or metrics get a 404 stops scaling."),
        (
            "F8.8",
            "Conversion and admission webhooks work apart from the proxy; a server that has not"
                + " yet seen a definition answers 404."
        ),
        (
            "F8.9",
            "The collector of StorageVersion objects changes what 1.28 to 1.32 route by; a"
                + " storage migration takes a wrong 404 for a deleted object."
        ),
        (
            "F8.10",
            "Controllers that ask whether their target still exists take a wrong 404 for its"
                + " end, as the garbage collector does."
        ),
        (
            "F8.11",
            "An aggregated API whose backend is away gets 503 from the local server, without the"
                + " proxy."
        ),
    ]

    private static let logs: [(number: String, meaning: String)] = [
        ("F9.1", "An audit log has one JSON object a line, of kind Event in audit.k8s.io/v1."),
        (
            "F9.2",
            "Each server chooses the level of a record by the first rule of its own policy that"
                + " matches."
        ),
        (
            "F9.3",
            "A request has a record per stage: received, response started if it is long,"
                + " complete, or panic."
        ),
        (
            "F9.4",
            "Verb and object reference come from the path alone, whether the server has the"
                + " resource or not."
        ),
        ("F9.5", "The audit id is the client's own where it sends one, or else a new one."),
        ("F9.6", "A forwarded request has the same audit id in the logs of both servers."),
        (
            "F9.7",
            "The peer's record of a forwarded request has the same path and user agent, the"
                + " effective user, and one more source address."
        ),
        (
            "F9.8",
            "The forwarding server's record has the status code alone, without message, reason"
                + " or objects."
        ),
        (
            "F9.9",
            "The shapes of a 404 and of a 503 can be told by the status in the record of the"
                + " server that made them."
        ),
        (
            "F9.10",
            "A resource request with a bare code in its record may have been forwarded; a"
                + " plain-text 404 or 503 looks the same."
        ),
        (
            "F9.11",
            "Calls that read a peer's discovery show on the peer as system:apiserver, and"
                + " nowhere on the caller."
        ),
        (
            "F9.12",
            "A request that is rejected for its credentials is in the log of the server that"
                + " rejected it alone."
        ),
        (
            "F9.13",
            "Latency annotations are there only where a request took more than half a second."
        ),
    ]

    private static let counters: [(number: String, meaning: String)] = [
        (
            "F10.1",
            "apiserver_rerouted_request_total counts forwarded requests by code since 1.28; in"
                + " 1.33 to 1.35 calls that read peers' discovery as well."
        ),
        (
            "F10.2",
            "1.36 and later: it has group, version and resource too, which are empty for"
                + " discovery calls."
        ),
        (
            "F10.3",
            "1.36 and later: apiserver_peer_proxy_errors_total counts by resource what could not"
                + " be forwarded; endpoint_resolution is the 503 without an address."
        ),
        (
            "F10.4",
            "1.36 and later: apiserver_peer_discovery_sync_errors_total counts failed readings"
                + " of peers, fetch_discovery once per path."
        ),
        (
            "F10.5",
            "aggregator_discovery_aggregation_count_total counts how often the local discovery"
                + " document was made."
        ),
        (
            "F10.6",
            "1.35 and later count hits, misses and nopeer requests of merged discovery; 1.35"
                + " does not show the counters."
        ),
        (
            "F10.7",
            "garbagecollector_controller_resources_sync_error_total counts discovery that failed"
                + " or was empty."
        ),
        (
            "F10.8",
            "workqueue_* show the depth and the retries of each controller's queues, those that"
                + " read peers included."
        ),
        (
            "F10.9",
            "rest_client_requests_total in the controller-manager counts the 404s that its"
                + " clients got."
        ),
        (
            "F10.10",
            "A forwarded request does not reach the first server's handlers, so its per-resource"
                + " counters leave it out."
        ),
    ]
}
