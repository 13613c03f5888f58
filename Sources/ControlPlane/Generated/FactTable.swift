// swift-format-ignore-file
// Written by `make generate` from Facts/facts.tsv; edit that.

extension Facts {
    static let factTable = #"""
F1.1	The filter sits innermost: a forwarded request was authenticated, authorised and audited at the first server, and is again at the peer.
F1.2	Until 1.36, with StorageVersionAPI on, writes wait with 503 until the server has recorded what it serves.
F1.3	A user without a rule for the resource gets 403 before any forwarding.
F1.4	Only paths under /api and /apis with at least three parts name a resource.
F1.5	Discovery paths, /version and health checks are no resource requests.
F1.6	The HTTP method decides the verb; other methods have an empty one.
F1.7	A leading watch or proxy in the path is the verb; with nothing after it: 500.
F1.8	namespaces/NAME is taken off the path only where a resource follows it.
F1.9	What is left of the path is resource, name, subresource.
F1.10	get without a name is list, or watch where the query asks for it.
F1.11	Routing looks at group, version and resource alone.
F1.12	A resource that is served without one of its subresources is not forwarded.
F1.13	Without request information the server answers 500.
F1.14	What is no resource request is answered locally, always.
F1.15	A request whose first x-kubernetes-peer-proxied header is `true` is answered locally, whoever sent it.
F1.16	Until its caches have synced once, a server answers everything locally.
F1.17	1.28 to 1.32: a resource without a StorageVersion entry is answered locally.
F1.18	1.28 to 1.32: the entries come from the served versions that each server recorded in StorageVersion objects.
F1.19	1.28 to 1.31: one peer without a usable address makes it 503, even if others have one.
F1.20	1.32: peers without a usable address are skipped; 503 only if none is left.
F1.21	1.28 to 1.32: an entry without servers is answered locally.
F1.22	1.28 to 1.32: even a locally served request may read leases from etcd.
F1.23	1.28 to 1.32: custom, aggregated and unstored resources have no entry, so they are never forwarded.
F1.24	Servers before 1.28 record no served versions, so nobody forwards to them.
F1.25	1.33 and later: what the local discovery cache has is answered locally.
F1.26	1.33 and later: what no cached peer has either is answered locally, with 404.
F1.27	1.33 and later: peers without an address are skipped; 503 if none is left, else one is drawn.
F1.28	1.35 and later: the same, over a peer cache without excluded group-versions.
F1.29	1.36 and later: a failed address look-up is counted in a metric as well.
F1.30	One peer is drawn; there is no second try at another.
F1.31	Peers known but no address: 503 Status, "Error getting ip and port info of the remote server while proxying".
F1.32	The peer cannot be reached: 503 in plain text, "error trying to reach service".
F1.33	Whatever the peer answers goes back to the client as it is.
F1.34	A failure in the middle of the body breaks the connection.
F1.35	A request without a user would get no answer at all.
F1.36	A peer that takes longer than the request timeout: 504.
F1.37	A local 404 is plain text where the group is unknown, a bare Status where the group is known, a Status with a name where the object is missing.
F1.38	A custom resource that is not there (yet) gets the plain-text 404.
F1.39	Until all handlers are installed the plain-text 404 is a 503.
F1.40	A verb that a known resource does not offer: 405.
F1.41	The 503s that the enhancement proposal promises for these cases do not exist.
F1.42	The forwarded URL is the original one with its query sorted by key.
F1.43	Forwarding adds the peer-proxied header, keeps the audit id and names the user in X-Remote headers.
F1.44	The user's uid is forwarded from 1.32 on.
F1.45	The peer must trust the proxy's client certificate, or it answers 401 or 403.
F1.46	1.36: an egress selector for the control plane is used on the way to peers.
F1.47	A forwarded upgrade request (exec, port-forward) arrives without its user.
F1.48	A peer that gets a forwarded request answers it itself, with its own 404 if it must.
F1.49	From 1.38 on what no handler knows is answered with a Status as the client negotiated it, of reason NotFound and without details, in the place of the plain page.
F2.1	Gate UnknownVersionInteroperabilityProxy is off by default until 1.35 and on from 1.36; --emulated-version brings back the older default.
F2.2	The filter exists only with the gate on and --peer-ca-file set; the gate alone makes a server publish its address for others.
F2.3	--peer-ca-file without the proxy's client certificate and key stops the server at its start.
F2.4	With the gate off, --peer-ca-file and --peer-advertise-* stop the server at its start.
F2.5	--peer-advertise-ip and -port count only together; otherwise the advertise address and secure port are published.
F2.6	1.28 to 1.32: the gate needs gate StorageVersionAPI, or the server does not start.
F2.7	1.28 to 1.32: without API internal.apiserver.k8s.io/v1alpha1 the filter never syncs and the server never becomes ready.
F2.8	Gate APIServerIdentity must stay on: from 1.35 it is checked at the start, before that a server without it has no identity.
F2.9	The first syncs of the proxy's caches hold back readiness.
F2.10	A failing post-start hook ends the process.
F2.11	Peers cannot be chosen or weighted by a flag.
F3.1	A server's ID comes from its host name alone, so it survives restarts and upgrades.
F3.2	The identity lease lives 3600 s and is renewed every 10 s; its holder changes with the process where the release says so.
F3.3	A crashed server's identity lease stays for one to two hours.
F3.4	1.28 to 1.34: a restart renews the old identity lease, so peers notice nothing.
F3.5	1.35 and later: a start replaces the identity lease and a graceful stop deletes it, so peers look again.
F3.6	A crashed server of 1.35 or later leaves its identity lease behind as well.
F3.7	Addresses are published in leases in etcd that the API does not show.
F3.8	The endpoint lease lives 15 s, is refreshed every 10 s, and is first written when the server is ready.
F3.9	The endpoint lease goes at once at a graceful stop, up to 15 s after a crash.
F3.10	An address is looked up for every request; one that is not there splits into no host and port.
F3.11	1.28 to 1.32: a stopped server's records stay for one to two hours, and mean 503 meanwhile.
F3.12	1.28 to 1.32: records of what a server no longer serves stay, so it answers 404 itself.
F3.13	The local discovery cache is filled at the start and then every 30 minutes.
F3.14	Custom resources may miss the first fill of the local cache, for 30 minutes.
F3.15	The peer cache is rebuilt when an identity lease appears, changes its holder or goes; never by the clock.
F3.16	A rebuild asks each peer for /api and /apis as system:apiserver, without a time limit of its own.
F3.17	1.35 and later: peers are asked for their own document, not the merged one.
F3.18	A rebuild replaces everything: a peer that could not be asked is forgotten, and its resources get 404.
F3.19	A failed rebuild is tried again: 5 times within 155 ms until 1.34, 20 times within about 55 minutes from 1.35.
F3.20	1.33 and 1.34: a running server gives up on a newcomer before that is ready, and does not learn of it.
F3.21	1.33 and 1.34: a failing discovery call to a peer ends the process that made it.
F3.22	1.35 and later: a peer of which only half could be asked is kept with that half.
F3.23	A server is ready without having asked any peer, so its peer cache may be empty.
F3.24	After a graceful stop a peer's resources get 503 until 1.34, and 404 from 1.35.
F3.25	1.35 and later: group-versions of custom and aggregated APIs are excluded, by what the asking server sees in etcd.
F3.26	Excluded group-versions are taken from each peer's resources and groups.
F3.27	A built-in group-version that a custom one coincides with is excluded too.
F3.28	1.35: excluding throws the data away; the exclusion ends 5 to 6 minutes after the definition was deleted.
F3.29	1.35: what was thrown away comes back only with the next rebuild.
F3.30	1.36 and later: exclusion filters a raw copy and ends 5 minutes after the group-version went.
F3.31	1.36 and later: a deleted custom resource can come back from the raw copy and be forwarded in vain.
F3.32	1.36 and later: an emptied peer cache leaves the merged discovery document as it was.
F3.33	A custom group-version may be forwarded for a moment before it is excluded.
F3.34	1.28 to 1.32: requests for custom and aggregated APIs are never forwarded.
F3.35	1.33 and 1.34: they are, where the local cache is older than the peer's.
F3.36	1.35: they are not, except when informers lag.
F3.37	1.36 and later: they are not, except for ghosts and lag.
F3.38	From 1.35 on the proxy never mends a wrong 404 for a custom or aggregated API.
F3.39	What only a newer server can serve of a custom resource is outside the proxy.
F3.40	1.33 and 1.34: a freshly started server may forward custom resources for 30 minutes.
F3.41	1.33 and later: a lease waits for one further try at a time; of two it keeps the sooner.
F4.1	/apis answers with the aggregated or the legacy document, as Accept says; /apis/ is always legacy.
F4.2	/api is never merged with what peers have.
F4.3	/apis/GROUP and /apis/GROUP/VERSION are legacy, local and never forwarded.
F4.4	Accept clauses are tried in order; v2beta1 is served by default until 1.32.
F4.5	The document's ETag is its hash, the same in every encoding.
F4.6	1.35 and later with the filter: /apis in its v2 form is merged with the peers'.
F4.7	profile=nopeer asks for the local document; servers until 1.34 ignore it.
F4.8	Merged are the local groups and the cached, filtered groups of each peer.
F4.9	Of servers that differ on a group, the one with the smallest ID wins.
F4.10	The order of a merged document keeps every server's own order where it can.
F4.11	The merged document is kept until local discovery or the peer cache changes.
F4.12	A resource in the merged document may still be 404 or 503.
F4.13	Behind a balancer over unlike servers the document changes from call to call.
F4.14	Legacy documents list the shared APIServices, whether this server serves them or not.
F4.15	An older server that starts deletes the newer server's APIServices from legacy discovery.
F4.16	Aggregated APIs are asked every minute; one that fails stays listed as stale.
F5.1	The header allows one hop; nothing else stops a loop.
F5.2	Two servers that each believe the other serves it: one hop, then the peer's 404.
F5.3	A peer that no longer serves what the cache says: one hop, then its 404.
F5.4	Where the published address is a balancer's, a forwarded request may reach any server, the forwarder too.
F5.5	Where something removes the header, a request goes round until its deadline.
F5.6	A client's own header with another value lets its request be forwarded again and again; with `true`, never.
F5.7	An old local cache answers 404 for what is gone, or forwards what is there.
F5.8	A peer without the proxy ignores the header and answers itself.
F5.9	A server's calls to itself pass the filter too.
F6.1	The garbage collector reads discovery every 30 s and watches what can be listed, watched and deleted; a monitor that goes deletes nothing.
F6.2	Events are never collected.
F6.3	Where another version comes first in discovery, the garbage collector watches that one instead.
F6.4	Until 1.31 nothing is collected until every monitor has synced; from 1.32 on the wait ends after 30 s.
F6.5	An owner reference to a uid that the garbage collector has not seen makes it ask for that owner.
F6.6	The garbage collector maps kinds to resources by discovery that is up to 30 s old, and looks for exactly the version that the reference names.
F6.7	A kind that is missing from discovery is safe: nothing is asked and nothing deleted. The danger is a kind in discovery and a GET at a server that lacks it.
F6.8	Every owner of a live dependent is asked for by name; 404 or another uid makes it absent, any other error is tried again.
F6.9	Absent owners are remembered, 500 of them, without expiry, until the controller-manager restarts: later dependents go without another GET.
F6.10	A 404 of any shape counts as absent, even one that is no Status.
F6.11	The garbage collector cannot tell a 404 for an unknown API from one for an absent object.
F6.12	503 and every other error but 404 is tried again, and deletes nothing.
F6.13	The dependent itself is read first; where that gets a 404 or another uid, it counts as deleted.
F6.14	A dependent with another living owner only loses the references to absent ones, by PATCH.
F6.15	A dependent whose owners are absent or wait for their dependents is deleted in the foreground if it has dependents itself.
F6.16	A dependent whose owners are all absent is deleted, with its uid as precondition.
F6.17	An object in foreground deletion loses its finalizer when no dependent blocks it any more.
F6.18	Orphaning takes the references out of all dependents first and then the finalizer off the owner; a 404 on the way is passed over.
F6.19	Where an observed object's own GET gets a 404 it counts as gone, and its dependents follow without a GET of their owner.
F6.20	What depends on a deleted dependent is collected in turn.
F6.21	An owner that shows itself again does not leave the list of absent owners: what is created again is deleted again.
F6.22	The scope of an owner decides the path of its GET and how its absence is remembered; a cluster-wide dependent of a namespaced kind is never deleted.
F6.23	With service account credentials the garbage collector is generic-garbage-collector in kube-system; without, it is system:kube-controller-manager.
F6.24	Its user agent ends in generic-garbage-collector, in both cases; its monitors and its mapper have others.
F6.25	It reads with GET and deletes one by one, with a uid as precondition and a propagation policy; it never deletes a collection.
F6.26	A wrong collection shows as its GET of an owner with a route-level 404, its DELETE of the dependent, and any sign that the owner lived in between.
F6.27	The forwarding server's record of such a 404 has the code alone; the peer's record tells its shape.
F7.1	The namespace controller starts on a namespace 5 s after its deletion, and tries again with growing delays.
F7.2	What cannot be listed or deleted as a collection is marked once, when the controller starts, for the life of the process.
F7.3	Each run reads the namespace, marks it Terminating and takes the namespaced kinds that can be deleted from discovery, in their preferred versions.
F7.4	A discovery error, or an API marked stale, keeps a namespace Terminating until discovery is complete.
F7.5	Discovery that lacks an API without an error leaves its objects behind, and the namespace is removed.
F7.6	With gate OrderedNamespaceDeletion nothing else is touched while pods remain.
F7.7	A 404 to the deletion and the list of a resource counts as nothing there, without an error.
F7.8	Any other error keeps a namespace Terminating: a 503 blocks and loses nothing.
F7.9	Objects that wait for finalizers keep the namespace Terminating.
F7.10	Objects left behind stay in etcd, and are there again in the next namespace of that name.
F7.11	A group-version that cannot be parsed has a condition of its own.
F7.12	The controller shows as user or user agent namespace-controller, with deletecollection, list, delete and updates of status and finalize.
F7.13	A leak shows as 404 to deletecollection and list, or no request at all, and then a finalize, while another server served the resource.
F8.1	Reflectors try a 404 again for ever and keep what they had; what waits for their first list does not start.
F8.2	The quota controller reads discovery every 30 s; a monitor that never syncs leaves its resource's quota as it was.
F8.3	Clients of legacy discovery fail with an incomplete list where a server does not answer for a version.
F8.4	Clients that map kinds by discovery do not find a kind that the document lacks, until they read it again.
F8.5	kubectl keeps discovery for 6 h, so a new kind stays unknown; a deletion or a wait for one takes a wrong 404 for success.
F8.6	Helm takes a 404 for an object that is yet to be created or already gone, and may leave it behind.
F8.7	An autoscaler whose scale or metrics get a 404 stops scaling.
F8.8	Conversion and admission webhooks work apart from the proxy; a server that has not yet seen a definition answers 404.
F8.9	The collector of StorageVersion objects changes what 1.28 to 1.32 route by; a storage migration takes a wrong 404 for a deleted object.
F8.10	Controllers that ask whether their target still exists take a wrong 404 for its end, as the garbage collector does.
F8.11	An aggregated API whose backend is away gets 503 from the local server, without the proxy.
F9.1	An audit log has one JSON object a line, of kind Event in audit.k8s.io/v1.
F9.2	Each server chooses the level of a record by the first rule of its own policy that matches.
F9.3	A request has a record per stage: received, response started if it is long, complete, or panic.
F9.4	Verb and object reference come from the path alone, whether the server has the resource or not.
F9.5	The audit id is the client's own where it sends one, or else a new one.
F9.6	A forwarded request has the same audit id in the logs of both servers.
F9.7	The peer's record of a forwarded request has the same path and user agent, the effective user, and one more source address.
F9.8	The forwarding server's record has the status code alone, without message, reason or objects.
F9.9	The shapes of a 404 and of a 503 can be told by the status in the record of the server that made them.
F9.10	A resource request with a bare code in its record may have been forwarded; a plain-text 404 or 503 looks the same.
F9.11	Calls that read a peer's discovery show on the peer as system:apiserver, and nowhere on the caller.
F9.12	A request that is rejected for its credentials is in the log of the server that rejected it alone.
F9.13	Latency annotations are there only where a request took more than half a second.
F9.14	From 1.38 on a record of a 404 with its code alone was relayed, by the proxy or for an aggregated API: the server's own 404s have a Status.
F9.15	From 1.38 on the answer to a DELETE has the resource version that the store counted for it.
F9.16	A 431 in a record is the peer's: its HTTP server refuses a forwarded request with too many headers, as a user with hundreds of groups has, before anything is logged there (1.38.0-alpha.1).
F10.1	apiserver_rerouted_request_total counts forwarded requests by code since 1.28; in 1.33 to 1.35 calls that read peers' discovery as well.
F10.2	1.36 and later: it has group, version and resource too, which are empty for discovery calls.
F10.3	1.36 and later: apiserver_peer_proxy_errors_total counts by resource what could not be forwarded; endpoint_resolution is the 503 without an address.
F10.4	1.36 and later: apiserver_peer_discovery_sync_errors_total counts failed readings of peers, fetch_discovery once per path.
F10.5	aggregator_discovery_aggregation_count_total counts how often the local discovery document was made.
F10.6	1.35 and later count hits, misses and nopeer requests of merged discovery; 1.35 does not show the counters.
F10.7	garbagecollector_controller_resources_sync_error_total counts discovery that failed or was empty.
F10.8	workqueue_* show the depth and the retries of each controller's queues, those that read peers included.
F10.9	rest_client_requests_total in the controller-manager counts the 404s that its clients got.
F10.10	A forwarded request does not reach the first server's handlers, so its per-resource counters leave it out.
F11.1	A server decodes what it is sent, and what is stored, into its own types: fields that it does not know are not in its answers, and are gone once it writes.
F11.2	fieldValidation=Strict makes a server refuse a body with fields that it does not know; Warn, the default, makes it warn, and Ignore keeps it silent.
F11.3	Some components ask discovery once, at their start, for APIs that they can do without, and do not ask again.
F11.4	A watch with sendInitialEvents=true is answered 422 by a server without that feature; client-go falls back to a list and a watch.
F11.5	With --emulated-version a server serves the APIs of that release, as far as its binary has them, with that release's defaults of gates; how it routes and answers is its binary's.
V1	Seen: both servers record a forwarded request, with one audit id and one user.
V2	Seen: the three shapes of 404 on the wire and in audit records.
V3	Seen: --peer-advertise-ip and --peer-advertise-port have no effect in 1.33 to 1.36.
V4	Seen: a controller-manager that restarts on the new server's discovery and asks an old one deletes objects whose owners exist.
V5	Seen: namespaces go while objects of a new kind stay in them; with the proxy they wait.
V6	Seen: 1.35 servers knew a fresh 1.36 server within a second of its readiness.
V7	Seen: --goaway-chance moves clients between servers every few dozen requests.
V8	Seen: 1.33 servers never learned of a 1.34 server that started after them.
V9	Seen: after the only capable peer crashed, 503 in plain text for 15 s, then 503 Status.
V10	Seen: a server with the gate on and no --peer-ca-file is forwarded to and forwards nothing.
V11	Seen: servers that all advertise a balancer forward to any of themselves.
V12	Seen: the record of what an aggregated API's backend answered has a code alone, a 404 for an absent object too.
V13	Seen: servers learn of a custom resource and forget it within 3 s of each other, and forward nothing of it.
V14	Seen: a collection goes wrong where no running server serves the owner's kind any more.
V15	Seen: a controller-manager that speaks to one server alone collects nothing wrongly.
V16	Seen: an audit webhook sends batches again, out of order, and loses what five tries do not deliver.
V17	Seen: from 1.33 on a server whose filter is active fetches /api and /apis from itself at its start.
V18	Seen: a draining server answers 503 for want of a peer's address where it would have forwarded.
"""#
}
