/// The fields of Kubernetes' own kinds whose values may be kept, by their names in lower case.
///
/// What a name means is the same in all built-in kinds. A field of a custom resource stays where it
/// is called like one of these, such as `replicas`; every other value of it goes.
enum HarmlessFields {
    static let names: Set<String> = Set(
        [
            metadata, workloads, containers, scheduling, network, access, storage, status, apis,
        ].flatMap { $0.split { $0 == " " || $0 == "\n" }.map(String.init) })

    /// Maps from names that users choose to labels or quantities.
    static let maps: Set<String> = [
        "labels", "matchlabels", "nodeselector", "limits", "requests", "capacity", "allocatable",
        "hard", "used", "min", "max", "default", "defaultrequest", "selector",
    ]

    private static let metadata = """
        kind apiversion name generatename namespace uid resourceversion generation
        creationtimestamp deletiontimestamp deletiongraceperiodseconds finalizers controller
        blockownerdeletion apigroup continue remainingitemcount selflink operation op path from
        metadata items type object fieldpath subresource
        """
    private static let workloads = """
        replicas minreadyseconds revisionhistorylimit progressdeadlineseconds paused maxsurge
        maxunavailable partition podmanagementpolicy servicename parallelism completions
        backofflimit activedeadlineseconds ttlsecondsafterfinished completionmode suspend schedule
        timezone concurrencypolicy startingdeadlineseconds successfuljobshistorylimit
        failedjobshistorylimit minreplicas maxreplicas targetcpuutilizationpercentage
        averageutilization averagevalue minavailable strategy operator key values
        """
    private static let containers = """
        image imagepullpolicy imageid containerid containerport hostport protocol restartpolicy
        terminationgraceperiodseconds terminationmessagepath terminationmessagepolicy dnspolicy
        serviceaccount serviceaccountname hostnetwork hostpid hostipc hostname subdomain
        initialdelayseconds timeoutseconds periodseconds successthreshold failurethreshold
        port scheme mountpath subpath readonly runasuser runasgroup fsgroup procmount stdin tty
        """
    private static let scheduling = """
        nodename schedulername priority priorityclassname preemptionpolicy effect
        tolerationseconds topologykey weight maxskew whenunsatisfiable unschedulable podcidr
        podcidrs providerid runtimeclassname overhead value globaldefault handler
        """
    private static let network = """
        clusterip clusterips externaltrafficpolicy internaltrafficpolicy ipfamilies ipfamilypolicy
        ports targetport nodeport sessionaffinity loadbalancerclass externalname ip ips podip
        podips hostip hostips addresses address addresstype endpoints pathtype ingressclassname
        host hosts policytypes cidr except endport appprotocol
        """
    private static let access = """
        verbs apigroups resources resourcenames nonresourceurls roleref subjects
        """
    private static let storage = """
        accessmodes storageclassname volumemode volumename provisioner reclaimpolicy
        volumebindingmode persistentvolumereclaimpolicy driver attacher storage
        """
    private static let status = """
        phase status reason code observedgeneration observedreplicas currentreplicas readyreplicas
        updatedreplicas availablereplicas unavailablereplicas fullylabeledreplicas desiredreplicas
        collisioncount currentrevision updaterevision lasttransitiontime lastupdatetime
        lastprobetime lastheartbeattime lastscaletime starttime completiontime started ready
        restartcount exitcode signal startedat finishedat qosclass nominatednodename active
        succeeded failed lastscheduletime lastsuccessfultime architecture operatingsystem osimage
        kernelversion kubeletversion kubeproxyversion containerruntimeversion desirednumberscheduled
        currentnumberscheduled numberready numberavailable numbermisscheduled numberunavailable
        updatednumberscheduled count firsttimestamp lasttimestamp eventtime reportingcomponent
        reportinginstance action component
        """
    private static let apis = """
        group version versions scope plural singular shortnames listkind categories served
        storageversions grouppriorityminimum versionpriority insecureskiptlsverify failurepolicy
        matchpolicy sideeffects reinvocationpolicy admissionreviewversions operations
        holderidentity leasedurationseconds acquiretime renewtime leasetransitions strategytype
        preferredversion apiserverid encodingversion decodableversions servedversions
        commonencodingversion matchingprecedence propagationpolicy graceperiodseconds dryrun
        orphandependents preconditions fieldmanager
        """

    /// Annotations of Kubernetes itself.
    static func isOwn(annotation name: String) -> Bool {
        guard let slash = name.firstIndex(of: "/") else { return false }
        let domain = name[..<slash]
        return ["kubernetes.io", "k8s.io"].contains { domain == $0 || domain.hasSuffix("." + $0) }
    }
}
