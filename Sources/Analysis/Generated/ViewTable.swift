// swift-format-ignore-file
// Written by `make generate` from Schema/views.tsv; edit that.

let viewTable = #"""
*	run	text	the run's name
*	request_id	integer	the request, as in v_request
*	finding_id	text	the finding, as in v_finding
*	object_id	integer	the object, as in v_object
*	at	text	when the server received it, in RFC 3339
*	at_ns	instant	the same in nanoseconds since 1970
*	server	text	the API server; empty where the source does not say
*	cluster	text	the cluster; empty where nobody named it
*	api_group	text	the API group; empty for the core group
*	api_version	text	the version in the group
*	resource	text	the resource, in the plural
*	kind	text	the kind
*	namespace	text	the namespace; empty for what has none
*	name	text	the name of the object
*	uid	text	the uid of the object
*	user	text	who authenticated
*	user_agent	text	the User-Agent header
*	first_ns	instant	first seen
*	last_ns	instant	last seen
*	first_at	text	first, in RFC 3339
*	last_at	text	last, in RFC 3339
*	from_ns	instant	from when
*	until_ns	instant	until when
*	from_at	text	from when, in RFC 3339
*	until_at	text	until when, in RFC 3339
*	requests	integer	how many requests; a forwarded one counts once
*	status	integer	the HTTP status; null where no answer was seen
*	grade	text	observed, predicted or possible
*	level	text	the audit level
*	stage	text	the last audit stage that was seen
*	reason	text	why
*	source	text	the file or stream that it was read from
*	position	integer	the line in it; a byte offset where there are no lines
*	json	text	the text, as JSON
*	deleted_ns	instant	when it was deleted; null where it was not
v_request			One pass of one request at one server. A forwarded request has a row at each server; count those where peer_proxied is 0 to count requests.
v_request	request_id	integer	the number of the pass
v_request	verb	text	the Kubernetes verb
v_request	path	text	the path, without the query
v_request	subresource	text	the subresource
v_request	source_ip	text	the first source address
v_request	not_found	text	the shape of a 404: page, route or object; null for other answers
v_request	audit_id	text	the audit id, the same at every server that a request passed
v_request	duration_us	integer	microseconds to the answer; null where no end was seen
v_request	peer_proxied	flag	1 on every pass but the first
v_request	query	text	the query: values of the API's own options, names alone of all others
v_request	origin	integer	the first pass of a forwarded request; null on the first itself
v_request	impersonated	text	as whom the user acted
v_request	deprecated	flag	1 where the server said that the API is deprecated
v_request	truncated	flag	1 where the platform cut the record
v_request	from_wire	flag	1 where packets showed it
v_server			One process of an API server, as the recording shows it.
v_server	version	text	the release that ran
v_server	from_at	text	the start, else when it was first seen, in RFC 3339
v_server	from_ns	instant	the start, else when it was first seen
v_server	until_at	text	the end, in RFC 3339; null where none was seen
v_server	until_ns	instant	the end; null where none was seen
v_server	known_by	text	how that is known
v_server	ready_at	text	when it was ready, in RFC 3339
v_server	ready_ns	instant	when it was ready
v_server	end	text	how it ended: graceful or crash; null where that is not known
v_server	start_seen	flag	1 where its start was seen
v_object			One object, from everything that any request shows of it.
v_object	object_id	integer	the number of the object
v_object	created_ns	instant	when it was created; null where that was not seen
v_object	deletion_requested_ns	instant	when its deletion was asked for
v_owner			One owner reference of an object.
v_owner	object_id	integer	the dependent
v_owner	api_group	text	the owner's group
v_owner	api_version	text	the owner's version
v_owner	kind	text	the owner's kind
v_owner	name	text	the owner's name
v_owner	uid	text	the owner's uid
v_owner	controller	flag	1 for the controlling owner
v_owner	blocks_deletion	flag	1 where the reference blocks the deletion of the owner
v_owner	dependent	integer	the same as object_id
v_finalizer			One finalizer that an object had.
v_finalizer	finalizer	text	the finalizer
v_deletion			What a DELETE asked for.
v_deletion	uid	text	the uid that it was bound to; empty for any
v_deletion	resource_version	text	the resource version that it was bound to
v_deletion	propagation	text	Orphan, Background or Foreground; empty where none was asked for
v_body			A body without its secrets, where --bodies all kept it.
v_body	side	text	request or response
v_field			Which fields that a release added the bodies of a request had; never a value.
v_field	sent	text	the paths of those in the request, one a line; null where the record has no such body
v_field	shown	text	the same of the answer
v_field	resource_version	integer	of the object in the answer; 0 where it is none
v_field	verb	text	as in v_request
v_document			A discovery document that a server sent.
v_document	document_id	integer	the number of the document
v_document	path	text	/api, /apis or the path of a group and version
v_document	last_at	text	when it was sent last, in RFC 3339
v_document	last_ns	instant	when it was sent last
v_wire			What only packets show of a request.
v_wire	protocol	text	HTTP/1 or HTTP/2
v_wire	accept	text	the Accept header
v_wire	content_type	text	the Content-Type of the request
v_wire	response_content_type	text	the Content-Type of the answer
v_wire	peer_proxied_header	text	the x-kubernetes-peer-proxied header
v_wire	server_address	text	the address that it was sent to
v_wire	client_address	text	the address that it came from
v_wire	client_port	integer	the port that it came from
v_wire	request_bytes	integer	bytes of the request body
v_wire	response_bytes	integer	bytes of the answer body
v_wire	encrypted	flag	1 where it was decrypted from TLS
v_wire	response_content_encoding	text	how the answer was packed
v_wire	via	text	the Via header
v_wire	forwarded_for	text	the X-Forwarded-For header
v_wire	retry_after	text	the Retry-After header
v_wire	warning	text	the Warning header
v_reject			A record that could not be read: the first twenty of each source.
v_coverage			What the audit policy let through, by server, verb, level and stage.
v_coverage	verb	text	the verb
v_coverage	requests	integer	how many records
v_coverage	received	integer	how many of them with the stage RequestReceived
v_run			One replay of the recording.
v_run	scenario	text	the scenario that it was replayed against
v_run	started_at	text	when it was made, in RFC 3339
v_run	flagged	integer	how many requests have a verdict that is kept
v_run	tool_version	text	the version of the tool
v_run	seed	integer	the seed of its draws
v_run	summary	text	the summary that was printed
v_run	started_ns	instant	when it was made
v_run	first_ns	instant	the first request
v_run	last_ns	instant	the last request
v_run	mode	text	as-recorded or what-if
v_run	evidence	text	complete, partial or insufficient: whether the evidence carries an all-clear
v_verdict			What a run says of one request. Plain local requests are left out unless --verdicts all is given.
v_verdict	entry_server	text	the server that the request reached first
v_verdict	outcome	text	local, proxied, wrong-404, right-404, unavailable-503, looped, unreachable or unjudged
v_verdict	certainty	text	certain or possible
v_verdict	alternatives	text	the other outcomes that are possible, between commas
v_verdict	servers	text	the path of servers, such as cp-1>cp-3
v_evidence			What limits the evidence of a run.
v_evidence	weight	text	blocks (no all-clear), weakens or notes
v_evidence	subject	text	what it is about, such as a server
v_evidence	summary	text	what was found, in a sentence
v_evidence	effect	text	what cannot be told because of it
v_evidence	remedy	text	what would settle it
v_rollback			Until when the older release of a run could have been gone back to, and who first relied on what it lacks.
v_rollback	old_release	text	the oldest release of the run
v_rollback	new_release	text	the newest release of the run
v_rollback	free_until_at	text	the first moment at which something was stored that the older release loses; null where nothing was
v_rollback	free_until_ns	instant	the same in nanoseconds since 1970
v_rollback	what	text	request (a client's first for a resource), object (the first that was written) or field (the first body with it); null where there is none
v_rollback	at	text	when, in RFC 3339
v_rollback	at_ns	instant	the same in nanoseconds since 1970
v_rollback	object	text	namespace and name, as far as the request names them
v_rollback	field	text	the path of the field
v_demand			What the components of a what-if's new release will ask that the old release does not have: predicted, not recorded.
v_demand	component	text	who asks, such as kube-controller-manager
v_demand	verbs	text	how, between commas
v_demand	occasion	text	start, discovery (once discovery lists it) or the occasion
v_demand	outcome	text	the worst answer of the servers that it may speak to: local, proxied or wrong-404
v_demand	certainty	text	certain or possible
v_demand	refusing	text	the servers that would answer with a wrong 404, between commas
v_demand	source	text	the recording or the fact that it is known from
v_demand	known_by	text	recorded (a recording of that component shows it) or stated
v_exposure			An API that servers disagreed about, for one run.
v_exposure	length_ns	integer	nanoseconds for which servers disagreed
v_exposure	refusing	text	the servers that answered 404, between commas
v_exposure	serving	text	the servers that served it, between commas
v_exposed_client			Who asked for it meanwhile.
v_exposed_client	first_ns	instant	its first request
v_exposed_client	last_ns	instant	its last request
v_finding			What a run says to a person.
v_finding	finding_id	text	the same in every run for the same finding
v_finding	kind	text	the kind of finding, such as wrong-gc
v_finding	severity	text	error, warning or info
v_finding	subject	text	what it is about
v_finding	summary	text	a sentence
v_finding	severity_rank	integer	to sort by: 0 for the gravest
v_finding	grade_rank	integer	to sort by: 0 for the surest
v_finding_request			A request that a finding lists, and what it is to it.
v_finding_request	role	text	what the request is to the finding
v_wrong_gc			A dependent that was deleted, or condemned, because its owner was taken for gone.
v_wrong_gc	owner_group	text	the owner's group
v_wrong_gc	owner_version	text	the owner's version
v_wrong_gc	owner_kind	text	the owner's kind
v_wrong_gc	owner_namespace	text	the owner's namespace
v_wrong_gc	owner_name	text	the owner's name
v_wrong_gc	owner_uid	text	the owner's uid
v_wrong_gc	group	text	the dependent's group
v_wrong_gc	version	text	the dependent's version
v_wrong_gc	deleted_at	text	when it was deleted, in RFC 3339; null where it is only condemned
v_namespace_risk			A resource that kept a namespace, or was left behind in it.
v_namespace_risk	kind	text	namespace-leak or namespace-stuck
v_agreement			The outcome seen in the recording against the one of the model, for a run as recorded.
v_agreement	recorded	text	the outcome that the recording shows
v_agreement	predicted	text	the outcome that the model gives
"""#
