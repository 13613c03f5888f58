/// Several clusters in one file: which one a row is of, in tables and as the last column of views.
///
/// Whatever was captured before is of the cluster without a name. A cluster has a row of `server`,
/// for those of its records that name none, and other tables name the cluster by that row.
extension Schema {
    static var clusters: String {
        let drops = viewsBeforeClusters.map { "DROP VIEW IF EXISTS \($0.name);" }
        return drops.joined(separator: "\n") + columnsOfClusters + viewsWithClusters
    }

    /// What is unique is so in its cluster, which no statement can say of a table that is there.
    private static let columnsOfClusters = """

        PRAGMA legacy_alter_table = ON;
        ALTER TABLE server ADD COLUMN cluster TEXT NOT NULL DEFAULT '';
        ALTER TABLE source ADD COLUMN cluster INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE new_object (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL,
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
            deletion_requested_ns INTEGER,
            cluster INTEGER NOT NULL REFERENCES server,
            UNIQUE (uid, cluster)
        ) STRICT;
        INSERT INTO new_object SELECT *, 0 FROM object;
        DROP TABLE object;
        ALTER TABLE new_object RENAME TO object;
        CREATE TABLE new_run (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, scenario TEXT NOT NULL,
            started_ns INTEGER NOT NULL, requests INTEGER NOT NULL, flagged INTEGER NOT NULL,
            tool_version TEXT NOT NULL, seed INTEGER NOT NULL, summary TEXT NOT NULL,
            first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, truncated INTEGER NOT NULL,
            mode TEXT NOT NULL, evidence TEXT NOT NULL,
            cluster INTEGER NOT NULL REFERENCES server,
            UNIQUE (name, cluster)
        ) STRICT;
        INSERT INTO new_run SELECT *, 0 FROM run;
        DROP TABLE run;
        ALTER TABLE new_run RENAME TO run;
        CREATE TABLE new_capture (
            inputs TEXT NOT NULL, cluster INTEGER NOT NULL REFERENCES server,
            is_whole INTEGER NOT NULL,
            PRIMARY KEY (inputs, cluster)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO new_capture SELECT inputs, 0, is_whole FROM capture;
        DROP TABLE capture;
        ALTER TABLE new_capture RENAME TO capture;
        PRAGMA legacy_alter_table = OFF;

        """

    /// The views of before, in the order in which a file has them.
    private static let viewsBeforeClusters: [(name: Substring, text: Substring)] = {
        var views: [(name: Substring, text: Substring)] = []
        for statement in statements(of: beforeClusters) {
            views.removeAll { $0.name == statement.name }
            views.append(statement)
        }
        return views
    }()

    /// The same with a column more, in front of where their rows come from.
    private static let viewsWithClusters: String = viewsBeforeClusters.map { name, text in
        let parts = text.split(separator: "\nFROM ", maxSplits: 1)
        let column = ",\n    \(clusterOfRows[String(name)] ?? "''") AS cluster\nFROM "
        return parts.joined(separator: column) + ";\n"
    }.joined()

    private static func cluster(_ server: String) -> String {
        look("cluster", in: "server", server)
    }

    private static func cluster(ofRun run: String) -> String {
        cluster(look("cluster", in: "run", run))
    }

    private static func cluster(ofRequest request: String) -> String {
        cluster(look("server", in: "request", request))
    }

    private static func cluster(ofObject object: String) -> String {
        cluster(look("cluster", in: "object", object))
    }

    private static let clusterOfRows: [String: String] = [
        "v_request": cluster("r.server"),
        "v_server": cluster("process.server"),
        "v_object": cluster("object.cluster"),
        "v_owner": cluster(ofObject: "owner.dependent"),
        "v_finalizer": cluster(ofObject: "finalizer.object"),
        "v_deletion": cluster(ofRequest: "deletion.request"),
        "v_body": cluster(ofRequest: "body.request"),
        "v_document": cluster("document.server"),
        "v_wire": cluster(ofRequest: "wire_header.request"),
        "v_reject": cluster(look("cluster", in: "source", "reject.source")),
        "v_coverage": cluster("coverage.server"),
        "v_field": cluster("r.server"),
        "v_run": cluster("run.cluster"),
        "v_evidence": cluster(ofRun: "evidence.run"),
        "v_verdict": cluster("verdict.entry_server"),
        "v_agreement": cluster(ofRun: "agreement.run"),
        "v_exposure": cluster(ofRun: "exposure.run"),
        "v_exposed_client": cluster(ofRun: "exposed_client.run"),
        "v_finding": cluster(ofRun: "finding.run"),
        "v_finding_request": cluster(ofRun: "finding_request.run"),
        "v_wrong_gc": cluster(ofRun: "wrong_gc.run"),
        "v_namespace_risk": cluster(ofRun: "namespace_risk.run"),
        "v_rollback": cluster(ofRun: "l.run"),
        "v_demand": cluster(ofRun: "demand.run"),
    ]
}

extension Schema {
    /// The views that some migrations make, in their order.
    static func statements(
        of migrations: [String]
    ) -> [(name: Substring, text: Substring)] {
        let start = "CREATE VIEW "
        return migrations.flatMap { text in
            text.utf8.split(separator: UInt8(ascii: ";")).compactMap { statement in
                let words = Substring(statement).drop { $0 == "\n" }
                guard words.hasPrefix(start) else { return nil }
                return (words.dropFirst(start.count).prefix { $0 != " " }, words)
            }
        }
    }
}
