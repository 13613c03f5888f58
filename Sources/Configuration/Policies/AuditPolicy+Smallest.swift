extension AuditPolicy {
    /// The least that answers every question of `AuditQuestion`, ready to use.
    ///
    /// Reads, which are most of a log, are a line each; bodies are kept of writes alone, and of no
    /// Secret. What is left out whole are the heartbeats of nodes and probes of health.
    public static let smallest = """
        # The least that kubeskew needs to say what an upgrade did to whom.
        # kube-apiserver --audit-policy-file=… --audit-log-path=…, on every API server.
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitManagedFields: true
        rules:
          # Heartbeats of nodes and probes: many, and nothing rests on them.
          - level: None
            verbs: [get, update, patch]
            namespaces: [kube-node-lease]
          - level: None
            nonResourceURLs: ["/healthz*", "/livez*", "/metrics*", "/openapi/*"]
          # Never bodies of what holds secrets, or of what is no object.
          - level: Metadata
            omitStages: [RequestReceived]
            resources:
              - {group: "", resources: [secrets, events, serviceaccounts/token, nodes/status, \
        pods/status]}
              - {group: "", resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, \
        services/proxy, nodes/proxy]}
              - {group: events.k8s.io}
              - {group: coordination.k8s.io, resources: [leases]}
              - {group: authentication.k8s.io}
              - {group: authorization.k8s.io}
          # Who asked whom for what, and how it was answered.
          - level: Metadata
            verbs: [get, list, watch]
            omitStages: [RequestReceived]
          # Owners, uids and finalizers of what is written. ConfigMaps too: they are what is \
        lost first.
          - level: RequestResponse

        """
}
