import KubeAPI

/// The views that queries rely on, and the rows that stand for the vocabulary's numbers.
///
/// Part of the schema's text. Each name is looked up by a subquery of its own on an integer key:
/// SQLite leaves out those that a query does not ask for, where it would keep joins in every
/// aggregate. Texts are empty where there is none, as Kubernetes writes them; a status, duration,
/// shape or end that nobody saw is null.
extension Schema {
    static var constants: String {
        let verbs = Verb.allCases.map { "(\($0.rawValue), '\($0.text)')" }
        let shapes = NotFoundShape.allCases.map {
            "(\($0.rawValue), \($0 == .none ? "NULL" : "'\($0.text)'"))"
        }
        return """
            INSERT INTO verb (id, text) VALUES \(verbs.joined(separator: ", "));
            INSERT INTO shape (id, text) VALUES \(shapes.joined(separator: ", "));
            INSERT INTO string (id, text) VALUES (0, '');
            INSERT INTO server (id, name) VALUES (0, '');
            INSERT INTO source (id, name) VALUES (0, '');
            INSERT INTO resource VALUES (0, '', '', '', '');
            INSERT INTO client VALUES (0, '', '', '', '');

            """
    }

    /// RFC 3339 with microseconds, or null for a null.
    private static func instant(_ column: String) -> String {
        """
        strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000000, 'unixepoch')
                || printf('.%06dZ', \(column) / 1000 % 1000000)
        """
    }

    /// A column of the row that an id stands for.
    ///
    /// The table has another name in it: DuckDB, which reads the views by itself, takes a word that
    /// names a table and a column for the table.
    static func look(_ column: String, in table: String, _ id: String) -> String {
        "(SELECT \(column) FROM \(table) AS it WHERE it.id = \(id))"
    }

    private static func text(_ id: String) -> String { look("text", in: "string", id) }

    private static func server(_ id: String) -> String { look("name", in: "server", id) }

    private static let run = look("name", in: "run", "run")

    private static let level = """
        CASE level WHEN 1 THEN 'Metadata' WHEN 2 THEN 'Request' WHEN 3 THEN 'RequestResponse'
                ELSE '' END AS level
        """

    private static let stage = """
        CASE stage WHEN 0 THEN 'RequestReceived' WHEN 1 THEN 'ResponseStarted'
                WHEN 2 THEN 'ResponseComplete' ELSE 'Panic' END AS stage
        """

    /// The path as resource, namespace, name and subresource spell it, unless it was kept.
    private static let path = """
        CASE WHEN r.path <> 0 THEN \(text("r.path")) WHEN r.resource = 0 THEN '' ELSE (
                SELECT iif(g.api_group = '', '/api/', '/apis/' || g.api_group || '/')
                    || g.api_version
                    || iif(r.namespace = 0 OR (g.resource = 'namespaces' AND r.namespace = r.name),
                        '', '/namespaces/' || \(text("r.namespace")))
                    || '/' || g.resource || iif(r.name = 0, '', '/' || \(text("r.name")))
                    || iif(g.subresource = '', '', '/' || g.subresource)
                FROM resource AS g WHERE g.id = r.resource) END
        """

    static let requestViews = """
        CREATE VIEW v_request AS SELECT
            r.id AS request_id,
            \(instant("r.at_ns")) AS at,
            r.at_ns,
            \(server("r.server")) AS server,
            \(look("text", in: "verb", "r.verb")) AS verb,
            \(path) AS path,
            \(look("api_group", in: "resource", "r.resource")) AS api_group,
            \(look("api_version", in: "resource", "r.resource")) AS api_version,
            \(look("resource", in: "resource", "r.resource")) AS resource,
            \(look("subresource", in: "resource", "r.resource")) AS subresource,
            \(text("r.namespace")) AS namespace,
            \(text("r.name")) AS name,
            \(look("user", in: "client", "r.client")) AS user,
            \(look("user_agent", in: "client", "r.client")) AS user_agent,
            \(look("source_ip", in: "client", "r.client")) AS source_ip,
            r.status,
            \(look("text", in: "shape", "r.not_found")) AS not_found,
            r.audit_id,
            r.duration_us,
            r.origin IS NOT NULL OR r.flags & \(RequestFlags.peerProxiedHeader.rawValue) <> 0
                AS peer_proxied,
            \(look("name", in: "source", "r.source")) AS source,
            r.position,
            \(text("r.query")) AS query,
            r.origin,
            \(look("impersonated", in: "client", "r.client")) AS impersonated,
            \(level),
            \(stage),
            r.flags & \(RequestFlags.deprecated.rawValue) <> 0 AS deprecated,
            r.flags & \(RequestFlags.truncated.rawValue) <> 0 AS truncated,
            r.flags & \(RequestFlags.fromWire.rawValue) <> 0 AS from_wire
        FROM request AS r;

        CREATE VIEW v_server AS SELECT
            \(server("server")) AS server, version,
            \(instant("coalesce(from_ns, first_ns)")) AS from_at,
            coalesce(from_ns, first_ns) AS from_ns,
            \(instant("until_ns")) AS until_at, until_ns, known_by,
            \(instant("ready_ns")) AS ready_at, ready_ns, "end", from_ns IS NOT NULL AS start_seen,
            first_ns, last_ns
        FROM process;

        CREATE VIEW v_object AS SELECT
            id AS object_id, \(text("api_group")) AS api_group,
            \(text("api_version")) AS api_version, \(text("kind")) AS kind,
            \(text("resource")) AS resource, \(text("namespace")) AS namespace,
            \(text("name")) AS name, uid, first_ns, last_ns, deleted_ns, created_ns,
            deletion_requested_ns
        FROM object;

        CREATE VIEW v_owner AS SELECT
            dependent AS object_id, \(text("api_group")) AS api_group,
            \(text("api_version")) AS api_version, \(text("kind")) AS kind,
            \(text("name")) AS name, uid, controller, blocks_deletion, first_ns, last_ns, dependent
        FROM owner;

        CREATE VIEW v_finalizer AS SELECT
            object AS object_id, \(text("finalizer")) AS finalizer, first_ns, last_ns
        FROM finalizer;

        CREATE VIEW v_deletion AS SELECT
            request AS request_id, uid, \(text("resource_version")) AS resource_version,
            CASE propagation WHEN 1 THEN 'Orphan' WHEN 2 THEN 'Background'
                WHEN 3 THEN 'Foreground' ELSE '' END AS propagation
        FROM deletion;

        CREATE VIEW v_body AS SELECT
            request AS request_id,
            iif(side = \(StoredBody.Side.request.rawValue), 'request', 'response') AS side,
            \(look("json", in: "body_text", "body.text")) AS json
        FROM body;

        CREATE VIEW v_document AS SELECT
            id AS document_id, \(instant("at_ns")) AS at, at_ns, \(server("server")) AS server,
            path, json, \(instant("last_ns")) AS last_at, last_ns
        FROM document;

        CREATE VIEW v_wire AS SELECT
            request AS request_id,
            iif(is_http2, 'HTTP/2', 'HTTP/1') AS protocol,
            \(text("accept")) AS accept,
            \(text("content_type")) AS content_type,
            \(text("response_type")) AS response_content_type,
            \(text("peer_proxied")) AS peer_proxied_header,
            \(text("server_address")) AS server_address,
            \(text("client_address")) AS client_address,
            client_port, request_bytes, response_bytes, is_encrypted AS encrypted,
            \(text("response_encoding")) AS response_content_encoding,
            \(text("via")) AS via,
            \(text("forwarded_for")) AS forwarded_for,
            \(text("retry_after")) AS retry_after,
            \(text("warning")) AS warning
        FROM wire_header;

        CREATE VIEW v_reject AS SELECT
            \(look("name", in: "source", "source")) AS source, position, reason
        FROM reject;

        CREATE VIEW v_coverage AS SELECT
            \(server("server")) AS server, \(look("text", in: "verb", "verb")) AS verb,
            \(level), \(stage), requests, received
        FROM coverage;

        """

    /// What it was before runs had a column for their mode is below, among the first views.
    static let runView = """
        CREATE VIEW v_run AS SELECT
            name AS run, scenario, \(instant("started_ns")) AS started_at, requests, flagged,
            tool_version, seed, mode, evidence, summary, started_ns, first_ns, last_ns
        FROM run;

        CREATE VIEW v_evidence AS SELECT
            \(run) AS run, kind, weight, subject, summary, effect, remedy
        FROM evidence;

        """

    static let fieldView = """
        CREATE VIEW v_field AS SELECT
            f.request AS request_id, \(instant("r.at_ns")) AS at, r.at_ns,
            \(server("r.server")) AS server,
            \(look("text", in: "verb", "r.verb")) AS verb,
            \(look("api_group", in: "resource", "r.resource")) AS api_group,
            \(look("api_version", in: "resource", "r.resource")) AS api_version,
            \(look("resource", in: "resource", "r.resource")) AS resource,
            \(text("r.namespace")) AS namespace, \(text("f.name")) AS name,
            \(look("user", in: "client", "r.client")) AS user,
            \(look("user_agent", in: "client", "r.client")) AS user_agent,
            \(text("f.sent")) AS sent, \(text("f.shown")) AS shown,
            f.version AS resource_version
        FROM field_sighting AS f JOIN request AS r ON r.id = f.request;

        """

    static let rollbackView = """
        CREATE VIEW v_rollback AS SELECT
            (SELECT name FROM run WHERE id = l.run) AS run, old_release, new_release,
            \(instant("free_until_ns")) AS free_until_at, free_until_ns, what,
            \(instant("u.at_ns")) AS at, u.at_ns, request AS request_id, api_group, api_version,
            resource, object, field, user, user_agent
        FROM rollback_limit AS l LEFT JOIN rollback_use AS u ON u.run = l.run;

        """

    static let demandView = """
        CREATE VIEW v_demand AS SELECT
            (SELECT name FROM run WHERE id = demand.run) AS run, component, api_group, api_version,
            resource, verbs, occasion, \(instant("at_ns")) AS at, at_ns, outcome, certainty,
            refusing, source, known_by
        FROM demand;

        """

    static let findingView = """
        CREATE VIEW v_finding AS SELECT
            \(run) AS run, finding_id, kind, severity, grade, subject, summary,
            requests, \(instant("first_ns")) AS first_at, \(instant("last_ns")) AS last_at,
            api_group, api_version, resource, namespace, user, user_agent, server,
            first_ns, last_ns, \(Order.severity) AS severity_rank, \(Order.grade) AS grade_rank
        FROM finding;

        """

    static let runViews = """
        CREATE VIEW v_run AS SELECT
            name AS run, scenario, \(instant("started_ns")) AS started_at, requests, flagged,
            tool_version, seed, summary, started_ns, first_ns, last_ns
        FROM run;

        CREATE VIEW v_verdict AS SELECT
            \(run) AS run, request AS request_id, \(server("entry_server")) AS entry_server,
            \(text("outcome")) AS outcome, iif(certain, 'certain', 'possible') AS certainty,
            \(text("alternatives")) AS alternatives, \(text("servers")) AS servers, status,
            \(text("reason")) AS reason
        FROM verdict;

        CREATE VIEW v_exposure AS SELECT
            \(run) AS run, api_group, api_version, resource,
            \(instant("from_ns")) AS from_at, \(instant("until_ns")) AS until_at, length_ns,
            refusing, serving, from_ns, until_ns
        FROM exposure;

        CREATE VIEW v_exposed_client AS SELECT
            \(run) AS run, api_group, api_version, resource, user, user_agent, requests,
            \(instant("first_ns")) AS first_at, \(instant("last_ns")) AS last_at,
            first_ns, last_ns
        FROM exposed_client;

        CREATE VIEW v_finding_request AS SELECT
            \(run) AS run, finding_id, request AS request_id, role
        FROM finding_request;

        CREATE VIEW v_wrong_gc AS SELECT
            \(run) AS run, finding_id, owner_group, owner_version, owner_kind,
            owner_namespace, owner_name, owner_uid, api_group AS "group",
            api_version AS version, resource, namespace, name, uid,
            \(instant("deleted_ns")) AS deleted_at, grade, deleted_ns
        FROM wrong_gc;

        CREATE VIEW v_namespace_risk AS SELECT
            \(run) AS run, finding_id, namespace, kind, api_group, api_version,
            resource, reason, grade
        FROM namespace_risk;

        CREATE VIEW v_agreement AS SELECT
            \(run) AS run, recorded, predicted, requests
        FROM agreement;

        """
}
