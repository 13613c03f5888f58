import Judgments

/// The text of the recording's schema: every table, view and constant of the file format.
///
/// `Recording` applies it; nothing else creates tables. Queries rely on the views alone.
/// Tables hold ids and integers: texts live once in `string`, `resource` and `client`, so that a
/// Metadata-level log shrinks to a tenth. Id 0 is "none" everywhere. What a replay scans comes
/// first in `request`, and the audit id last, so that a scan of the front never walks over it.
///
/// There is no index on the audit id: looking one up reads ten million rows in under a second,
/// joins by it build an index of their own, and a stored one would make the file half as big again.
enum Schema {
    /// `KSKW` in ASCII: tells a recording from any other SQLite file.
    static let applicationID: Int64 = 0x4B53_4B57

    /// Statements that turn version `index` of the schema into version `index + 1`.
    static let beforeClusters = [
        tables + constants + requestViews + runViews, modeOfRuns, evidenceOfRuns,
        fieldsOfBodies + limitsOfRollbacks,
        revisionsOfWrites, demandOfRuns, ranksOfFindings,
    ]

    static let migrations = beforeClusters + [clusters]

    static var version: Int { migrations.count }

    /// Before, nothing but the first line of the summary told the mode.
    private static let modeOfRuns = """
        ALTER TABLE run ADD COLUMN mode TEXT NOT NULL DEFAULT '\(RunMode.whatIf.rawValue)';
        UPDATE run SET mode = '\(RunMode.asRecorded.rawValue)'
            WHERE instr(substr(summary, 1, instr(summary, char(10))), ', as recorded: ') > 0;
        DROP VIEW v_run;
        """

    /// What limits a run, and which captures filled the recording; of earlier runs nothing is
    /// known.
    private static let evidenceOfRuns = """
        CREATE TABLE capture (
            inputs TEXT PRIMARY KEY, is_whole INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE evidence (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, place INTEGER NOT NULL,
            kind TEXT NOT NULL, weight TEXT NOT NULL, subject TEXT NOT NULL,
            summary TEXT NOT NULL, effect TEXT NOT NULL, remedy TEXT NOT NULL,
            PRIMARY KEY (run, place)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE run ADD COLUMN evidence TEXT NOT NULL
            DEFAULT '\(EvidenceState.insufficient.rawValue)';
        DROP VIEW IF EXISTS v_run;
        \(runView)
        """

    /// Which fields that releases added the bodies of a request had; of earlier captures nothing is
    /// known.
    private static let fieldsOfBodies = """
        CREATE TABLE field_sighting (
            request INTEGER PRIMARY KEY REFERENCES request,
            name INTEGER NOT NULL REFERENCES string,
            version INTEGER NOT NULL,
            sent INTEGER REFERENCES string,
            shown INTEGER REFERENCES string
        ) STRICT;
        \(fieldView)

        """

    /// Until when an older release could have been gone back to; of earlier runs nothing is known.
    private static let limitsOfRollbacks = """
        CREATE TABLE rollback_limit (
            run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
            old_release TEXT NOT NULL, new_release TEXT NOT NULL, free_until_ns INTEGER
        ) STRICT;
        CREATE TABLE rollback_use (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, place INTEGER NOT NULL,
            what TEXT NOT NULL, at_ns INTEGER NOT NULL, request INTEGER NOT NULL,
            api_group TEXT NOT NULL, api_version TEXT NOT NULL, resource TEXT NOT NULL,
            object TEXT NOT NULL, field TEXT NOT NULL, user TEXT NOT NULL,
            user_agent TEXT NOT NULL, PRIMARY KEY (run, place)
        ) STRICT, WITHOUT ROWID;
        \(rollbackView)
        """

    /// What the components of a what-if's new release will ask; of earlier runs nothing is known.
    private static let demandOfRuns = """
        CREATE TABLE demand (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, place INTEGER NOT NULL,
            component TEXT NOT NULL, api_group TEXT NOT NULL, api_version TEXT NOT NULL,
            resource TEXT NOT NULL, verbs TEXT NOT NULL, occasion TEXT NOT NULL,
            at_ns INTEGER NOT NULL, outcome TEXT NOT NULL, certainty TEXT NOT NULL,
            refusing TEXT NOT NULL, source TEXT NOT NULL, known_by TEXT NOT NULL,
            PRIMARY KEY (run, place)
        ) STRICT, WITHOUT ROWID;
        \(demandView)
        """

    /// So that every query sorts findings in one way.
    private static let ranksOfFindings = """
        DROP VIEW IF EXISTS v_finding;
        \(findingView)
        """

    /// By which the servers' clocks are compared.
    private static let revisionsOfWrites = """
        CREATE TABLE revision (
            server INTEGER NOT NULL REFERENCES server,
            from_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL,
            name INTEGER NOT NULL REFERENCES string,
            used INTEGER NOT NULL, made INTEGER NOT NULL,
            PRIMARY KEY (server, from_ns, name)
        ) STRICT, WITHOUT ROWID;
        """

    private static let tables = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE string (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
        CREATE TABLE server (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        CREATE TABLE resource (
            id INTEGER PRIMARY KEY, api_group TEXT NOT NULL, api_version TEXT NOT NULL,
            resource TEXT NOT NULL, subresource TEXT NOT NULL
        ) STRICT;
        CREATE TABLE client (
            id INTEGER PRIMARY KEY, user TEXT NOT NULL, user_agent TEXT NOT NULL,
            source_ip TEXT NOT NULL, impersonated TEXT NOT NULL
        ) STRICT;
        CREATE TABLE verb (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
        CREATE TABLE shape (id INTEGER PRIMARY KEY, text TEXT) STRICT;

        CREATE TABLE request (
            id INTEGER PRIMARY KEY,
            at_ns INTEGER NOT NULL,
            server INTEGER NOT NULL REFERENCES server,
            resource INTEGER NOT NULL REFERENCES resource,
            status INTEGER,
            not_found INTEGER NOT NULL REFERENCES shape,
            flags INTEGER NOT NULL,
            origin INTEGER REFERENCES request,
            verb INTEGER NOT NULL REFERENCES verb,
            client INTEGER NOT NULL REFERENCES client,
            namespace INTEGER NOT NULL REFERENCES string,
            name INTEGER NOT NULL REFERENCES string,
            duration_us INTEGER,
            path INTEGER NOT NULL REFERENCES string,
            query INTEGER NOT NULL REFERENCES string,
            stage INTEGER NOT NULL,
            level INTEGER NOT NULL,
            source INTEGER NOT NULL REFERENCES source,
            position INTEGER NOT NULL,
            audit_id TEXT NOT NULL
        ) STRICT;
        -- The later passes of forwarded requests alone: mostly few, and often none.
        CREATE INDEX request_origin ON request (origin) WHERE origin IS NOT NULL;

        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            api_group INTEGER NOT NULL REFERENCES string,
            api_version INTEGER NOT NULL REFERENCES string,
            kind INTEGER NOT NULL REFERENCES string,
            resource INTEGER NOT NULL REFERENCES string,
            namespace INTEGER NOT NULL REFERENCES string,
            name INTEGER NOT NULL REFERENCES string,
            first_ns INTEGER NOT NULL,
            last_ns INTEGER NOT NULL,
            created_ns INTEGER,
            deleted_ns INTEGER,
            deletion_requested_ns INTEGER
        ) STRICT;
        CREATE TABLE owner (
            dependent INTEGER NOT NULL REFERENCES object,
            uid TEXT NOT NULL,
            api_group INTEGER NOT NULL REFERENCES string,
            api_version INTEGER NOT NULL REFERENCES string,
            kind INTEGER NOT NULL REFERENCES string,
            name INTEGER NOT NULL REFERENCES string,
            controller INTEGER NOT NULL,
            blocks_deletion INTEGER NOT NULL,
            first_ns INTEGER NOT NULL,
            last_ns INTEGER NOT NULL,
            PRIMARY KEY (dependent, uid, api_group, api_version, kind, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE finalizer (
            object INTEGER NOT NULL REFERENCES object,
            finalizer INTEGER NOT NULL REFERENCES string,
            first_ns INTEGER NOT NULL,
            last_ns INTEGER NOT NULL,
            PRIMARY KEY (object, finalizer)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE deletion (
            request INTEGER PRIMARY KEY REFERENCES request,
            uid TEXT NOT NULL,
            resource_version INTEGER NOT NULL REFERENCES string,
            propagation INTEGER NOT NULL
        ) STRICT;

        -- Bodies without their secrets, where somebody asked for them. A text is stored once.
        CREATE TABLE body_text (
            id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, json TEXT NOT NULL
        ) STRICT;
        CREATE INDEX body_text_hash ON body_text (hash);
        CREATE TABLE body (
            request INTEGER NOT NULL REFERENCES request,
            side INTEGER NOT NULL,
            text INTEGER NOT NULL REFERENCES body_text,
            PRIMARY KEY (request, side)
        ) STRICT, WITHOUT ROWID;

        -- What only packets show; header values as they were sent, never one with a credential.
        CREATE TABLE wire_header (
            request INTEGER PRIMARY KEY REFERENCES request,
            is_http2 INTEGER NOT NULL,
            is_encrypted INTEGER NOT NULL,
            client_port INTEGER NOT NULL,
            request_bytes INTEGER NOT NULL,
            response_bytes INTEGER NOT NULL,
            client_address INTEGER NOT NULL REFERENCES string,
            server_address INTEGER NOT NULL REFERENCES string,
            accept INTEGER NOT NULL REFERENCES string,
            content_type INTEGER NOT NULL REFERENCES string,
            peer_proxied INTEGER NOT NULL REFERENCES string,
            via INTEGER NOT NULL REFERENCES string,
            forwarded_for INTEGER NOT NULL REFERENCES string,
            response_type INTEGER NOT NULL REFERENCES string,
            response_encoding INTEGER NOT NULL REFERENCES string,
            retry_after INTEGER NOT NULL REFERENCES string,
            warning INTEGER NOT NULL REFERENCES string
        ) STRICT;

        -- A document that a server sent several times is one row, from the first to the last.
        CREATE TABLE document (
            id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
            server INTEGER NOT NULL REFERENCES server, path TEXT NOT NULL, json BLOB NOT NULL,
            UNIQUE (server, path, at_ns)
        ) STRICT;
        CREATE TABLE process (
            id INTEGER PRIMARY KEY,
            server INTEGER NOT NULL REFERENCES server,
            version TEXT NOT NULL, from_ns INTEGER, ready_ns INTEGER, until_ns INTEGER,
            end TEXT NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
            known_by TEXT NOT NULL
        ) STRICT;
        CREATE TABLE reject (
            source INTEGER NOT NULL REFERENCES source, position INTEGER NOT NULL,
            reason TEXT NOT NULL, PRIMARY KEY (source, position, reason)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reject_count (
            source INTEGER PRIMARY KEY REFERENCES source, rejects INTEGER NOT NULL
        ) STRICT;
        -- What the audit policy let the servers write: requests by server, verb, level and the
        -- last stage seen; `received` of them came with their RequestReceived record too.
        CREATE TABLE coverage (
            server INTEGER NOT NULL REFERENCES server,
            verb INTEGER NOT NULL REFERENCES verb,
            level INTEGER NOT NULL, stage INTEGER NOT NULL,
            requests INTEGER NOT NULL, received INTEGER NOT NULL,
            PRIMARY KEY (server, verb, level, stage)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE run (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, scenario TEXT NOT NULL,
            started_ns INTEGER NOT NULL, requests INTEGER NOT NULL, flagged INTEGER NOT NULL,
            tool_version TEXT NOT NULL, seed INTEGER NOT NULL, summary TEXT NOT NULL,
            first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, truncated INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE verdict (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            request INTEGER NOT NULL REFERENCES request,
            entry_server INTEGER NOT NULL REFERENCES server,
            outcome INTEGER NOT NULL REFERENCES string,
            certain INTEGER NOT NULL,
            alternatives INTEGER NOT NULL REFERENCES string,
            servers INTEGER NOT NULL REFERENCES string,
            status INTEGER,
            reason INTEGER NOT NULL REFERENCES string,
            PRIMARY KEY (run, request)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE agreement (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            recorded TEXT NOT NULL, predicted TEXT NOT NULL, requests INTEGER NOT NULL,
            PRIMARY KEY (run, recorded, predicted)
        ) STRICT, WITHOUT ROWID;
        -- What servers disagreed about, how long, and who asked for it meanwhile.
        CREATE TABLE exposure (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            api_group TEXT NOT NULL, api_version TEXT NOT NULL, resource TEXT NOT NULL,
            from_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL, length_ns INTEGER NOT NULL,
            refusing TEXT NOT NULL, serving TEXT NOT NULL,
            PRIMARY KEY (run, api_group, api_version, resource)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE exposed_client (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            api_group TEXT NOT NULL, api_version TEXT NOT NULL, resource TEXT NOT NULL,
            user TEXT NOT NULL, user_agent TEXT NOT NULL,
            requests INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
            PRIMARY KEY (run, api_group, api_version, resource, user, user_agent)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE finding (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            finding_id TEXT NOT NULL,
            kind TEXT NOT NULL, severity TEXT NOT NULL, grade TEXT NOT NULL,
            subject TEXT NOT NULL, summary TEXT NOT NULL, requests INTEGER NOT NULL,
            first_ns INTEGER, last_ns INTEGER,
            api_group TEXT NOT NULL, api_version TEXT NOT NULL, resource TEXT NOT NULL,
            namespace TEXT NOT NULL, user TEXT NOT NULL, user_agent TEXT NOT NULL,
            server TEXT NOT NULL,
            PRIMARY KEY (run, finding_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE finding_request (
            run INTEGER NOT NULL, finding_id TEXT NOT NULL,
            request INTEGER NOT NULL REFERENCES request, role TEXT NOT NULL,
            PRIMARY KEY (run, finding_id, request, role),
            FOREIGN KEY (run, finding_id) REFERENCES finding ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE wrong_gc (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL, finding_id TEXT NOT NULL,
            owner_group TEXT NOT NULL, owner_version TEXT NOT NULL, owner_kind TEXT NOT NULL,
            owner_namespace TEXT NOT NULL, owner_name TEXT NOT NULL, owner_uid TEXT NOT NULL,
            api_group TEXT NOT NULL, api_version TEXT NOT NULL, resource TEXT NOT NULL,
            namespace TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
            deleted_ns INTEGER, grade TEXT NOT NULL,
            FOREIGN KEY (run, finding_id) REFERENCES finding ON DELETE CASCADE
        ) STRICT;
        CREATE TABLE namespace_risk (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL, finding_id TEXT NOT NULL,
            namespace TEXT NOT NULL, kind TEXT NOT NULL, api_group TEXT NOT NULL,
            api_version TEXT NOT NULL, resource TEXT NOT NULL, reason TEXT NOT NULL,
            grade TEXT NOT NULL,
            FOREIGN KEY (run, finding_id) REFERENCES finding ON DELETE CASCADE
        ) STRICT;

        """
}
