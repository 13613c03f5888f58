// swift-format-ignore-file
// Written by `make generate` from builtin-apis.tsv and group-order.tsv; edit those.

extension Catalogue {
    static let resourceTable = #"""
core	v1	bindings	1.28-	default	Binding	namespaced	create	-
core	v1	componentstatuses	1.28-	default	ComponentStatus	cluster	get,list	-
core	v1	configmaps	1.28-	default	ConfigMap	namespaced	*	-
core	v1	endpoints	1.28-	default	Endpoints	namespaced	*	-
core	v1	events	1.28-	default	Event	namespaced	*	-
core	v1	limitranges	1.28-	default	LimitRange	namespaced	*	-
core	v1	namespaces	1.28-	default	Namespace	cluster	create,delete,get,list,patch,update,watch	finalize,status
core	v1	nodes	1.28-	default	Node	cluster	*	proxy,status
core	v1	persistentvolumeclaims	1.28-	default	PersistentVolumeClaim	namespaced	*	status
core	v1	persistentvolumes	1.28-	default	PersistentVolume	cluster	*	status
core	v1	pods	1.28-1.32	default	Pod	namespaced	*	attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,status
core	v1	pods	1.33-	default	Pod	namespaced	*	attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status
core	v1	podtemplates	1.28-	default	PodTemplate	namespaced	*	-
core	v1	replicationcontrollers	1.28-	default	ReplicationController	namespaced	*	scale,status
core	v1	resourcequotas	1.28-	default	ResourceQuota	namespaced	*	status
core	v1	secrets	1.28-	default	Secret	namespaced	*	-
core	v1	serviceaccounts	1.28-	default	ServiceAccount	namespaced	*	token
core	v1	services	1.28-	default	Service	namespaced	*	proxy,status
admissionregistration.k8s.io	v1	mutatingadmissionpolicies	1.36-	default	MutatingAdmissionPolicy	cluster	*	-
admissionregistration.k8s.io	v1	mutatingadmissionpolicybindings	1.36-	default	MutatingAdmissionPolicyBinding	cluster	*	-
admissionregistration.k8s.io	v1	mutatingwebhookconfigurations	1.28-	default	MutatingWebhookConfiguration	cluster	*	-
admissionregistration.k8s.io	v1	validatingadmissionpolicies	1.30-	default	ValidatingAdmissionPolicy	cluster	*	status
admissionregistration.k8s.io	v1	validatingadmissionpolicybindings	1.30-	default	ValidatingAdmissionPolicyBinding	cluster	*	-
admissionregistration.k8s.io	v1	validatingwebhookconfigurations	1.28-	default	ValidatingWebhookConfiguration	cluster	*	-
admissionregistration.k8s.io	v1alpha1	mutatingadmissionpolicies	1.32-	runtime-config	MutatingAdmissionPolicy	cluster	*	-
admissionregistration.k8s.io	v1alpha1	mutatingadmissionpolicybindings	1.32-	runtime-config	MutatingAdmissionPolicyBinding	cluster	*	-
admissionregistration.k8s.io	v1alpha1	validatingadmissionpolicies	1.28-1.31	runtime-config	ValidatingAdmissionPolicy	cluster	*	status
admissionregistration.k8s.io	v1alpha1	validatingadmissionpolicybindings	1.28-1.31	runtime-config	ValidatingAdmissionPolicyBinding	cluster	*	-
admissionregistration.k8s.io	v1beta1	mutatingadmissionpolicies	1.34-	runtime-config	MutatingAdmissionPolicy	cluster	*	-
admissionregistration.k8s.io	v1beta1	mutatingadmissionpolicybindings	1.34-	runtime-config	MutatingAdmissionPolicyBinding	cluster	*	-
admissionregistration.k8s.io	v1beta1	validatingadmissionpolicies	1.28-1.33	runtime-config	ValidatingAdmissionPolicy	cluster	*	status
admissionregistration.k8s.io	v1beta1	validatingadmissionpolicybindings	1.28-1.33	runtime-config	ValidatingAdmissionPolicyBinding	cluster	*	-
apiextensions.k8s.io	v1	customresourcedefinitions	1.28-	default	CustomResourceDefinition	cluster	*	status
apiregistration.k8s.io	v1	apiservices	1.28-	default	APIService	cluster	*	status
apps	v1	controllerrevisions	1.28-	default	ControllerRevision	namespaced	*	-
apps	v1	daemonsets	1.28-	default	DaemonSet	namespaced	*	status
apps	v1	deployments	1.28-	default	Deployment	namespaced	*	scale,status
apps	v1	replicasets	1.28-	default	ReplicaSet	namespaced	*	scale,status
apps	v1	statefulsets	1.28-	default	StatefulSet	namespaced	*	scale,status
authentication.k8s.io	v1	selfsubjectreviews	1.28-	default	SelfSubjectReview	cluster	create	-
authentication.k8s.io	v1	tokenreviews	1.28-	default	TokenReview	cluster	create	-
authentication.k8s.io	v1alpha1	selfsubjectreviews	1.28-1.31	runtime-config	SelfSubjectReview	cluster	create	-
authentication.k8s.io	v1beta1	selfsubjectreviews	1.28-1.32	runtime-config	SelfSubjectReview	cluster	create	-
authorization.k8s.io	v1	localsubjectaccessreviews	1.28-	default	LocalSubjectAccessReview	namespaced	create	-
authorization.k8s.io	v1	selfsubjectaccessreviews	1.28-	default	SelfSubjectAccessReview	cluster	create	-
authorization.k8s.io	v1	selfsubjectrulesreviews	1.28-	default	SelfSubjectRulesReview	cluster	create	-
authorization.k8s.io	v1	subjectaccessreviews	1.28-	default	SubjectAccessReview	cluster	create	-
autoscaling	v1	horizontalpodautoscalers	1.28-	default	HorizontalPodAutoscaler	namespaced	*	status
autoscaling	v2	horizontalpodautoscalers	1.28-	default	HorizontalPodAutoscaler	namespaced	*	status
batch	v1	cronjobs	1.28-	default	CronJob	namespaced	*	status
batch	v1	jobs	1.28-	default	Job	namespaced	*	status
certificates.k8s.io	v1	certificatesigningrequests	1.28-	default	CertificateSigningRequest	cluster	*	approval,status
certificates.k8s.io	v1	clustertrustbundles	1.37-	default	ClusterTrustBundle	cluster	*	-
certificates.k8s.io	v1	podcertificaterequests	1.37-	default	PodCertificateRequest	namespaced	*	status
certificates.k8s.io	v1alpha1	clustertrustbundles	1.28-1.36	gate+runtime-config	ClusterTrustBundle	cluster	*	-
certificates.k8s.io	v1alpha1	podcertificaterequests	1.34	gate+runtime-config	PodCertificateRequest	namespaced	*	status
certificates.k8s.io	v1beta1	clustertrustbundles	1.33-1.36	gate+runtime-config	ClusterTrustBundle	cluster	*	-
certificates.k8s.io	v1beta1	clustertrustbundles	1.37-	runtime-config	ClusterTrustBundle	cluster	*	-
certificates.k8s.io	v1beta1	podcertificaterequests	1.35-1.36	gate+runtime-config	PodCertificateRequest	namespaced	*	status
certificates.k8s.io	v1beta1	podcertificaterequests	1.37-	runtime-config	PodCertificateRequest	namespaced	*	status
coordination.k8s.io	v1	leases	1.28-	default	Lease	namespaced	*	-
coordination.k8s.io	v1alpha1	leasecandidates	1.31	runtime-config	LeaseCandidate	namespaced	*	-
coordination.k8s.io	v1alpha2	leasecandidates	1.32-	runtime-config	LeaseCandidate	namespaced	*	-
coordination.k8s.io	v1beta1	leasecandidates	1.33-	runtime-config	LeaseCandidate	namespaced	*	-
discovery.k8s.io	v1	endpointslices	1.28-	default	EndpointSlice	namespaced	*	-
events.k8s.io	v1	events	1.28-	default	Event	namespaced	*	-
flowcontrol.apiserver.k8s.io	v1	flowschemas	1.29-	default	FlowSchema	cluster	*	status
flowcontrol.apiserver.k8s.io	v1	prioritylevelconfigurations	1.29-	default	PriorityLevelConfiguration	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta1	flowschemas	1.29-1.30	runtime-config	FlowSchema	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta1	prioritylevelconfigurations	1.29-1.30	runtime-config	PriorityLevelConfiguration	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta2	flowschemas	1.28	default	FlowSchema	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta2	flowschemas	1.29-1.30	runtime-config	FlowSchema	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta2	prioritylevelconfigurations	1.28	default	PriorityLevelConfiguration	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta2	prioritylevelconfigurations	1.29-1.30	runtime-config	PriorityLevelConfiguration	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta3	flowschemas	1.28-1.31	default	FlowSchema	cluster	*	status
flowcontrol.apiserver.k8s.io	v1beta3	prioritylevelconfigurations	1.28-1.31	default	PriorityLevelConfiguration	cluster	*	status
internal.apiserver.k8s.io	v1alpha1	storageversions	1.28-	runtime-config	StorageVersion	cluster	*	status
lifecycle.k8s.io	v1alpha1	evictionrequests	1.37-	gate+runtime-config	EvictionRequest	namespaced	*	status
lifecycle.k8s.io	v1alpha1	evictions	1.37-	gate+runtime-config	Eviction	namespaced	*	status
networking.k8s.io	v1	ingressclasses	1.28-	default	IngressClass	cluster	*	-
networking.k8s.io	v1	ingresses	1.28-	default	Ingress	namespaced	*	status
networking.k8s.io	v1	ipaddresses	1.33-	default	IPAddress	cluster	*	-
networking.k8s.io	v1	networkpolicies	1.28-	default	NetworkPolicy	namespaced	*	-
networking.k8s.io	v1	servicecidrs	1.33-	default	ServiceCIDR	cluster	*	status
networking.k8s.io	v1alpha1	clustercidrs	1.28	runtime-config	ClusterCIDR	cluster	*	-
networking.k8s.io	v1alpha1	ipaddresses	1.28-1.30	runtime-config	IPAddress	cluster	*	-
networking.k8s.io	v1alpha1	servicecidrs	1.29-1.30	runtime-config	ServiceCIDR	cluster	*	status
networking.k8s.io	v1beta1	ipaddresses	1.31-1.36	runtime-config	IPAddress	cluster	*	-
networking.k8s.io	v1beta1	servicecidrs	1.31-1.36	runtime-config	ServiceCIDR	cluster	*	status
node.k8s.io	v1	runtimeclasses	1.28-	default	RuntimeClass	cluster	*	-
policy	v1	poddisruptionbudgets	1.28-	default	PodDisruptionBudget	namespaced	*	status
rbac.authorization.k8s.io	v1	clusterrolebindings	1.28-	default	ClusterRoleBinding	cluster	*	-
rbac.authorization.k8s.io	v1	clusterroles	1.28-	default	ClusterRole	cluster	*	-
rbac.authorization.k8s.io	v1	rolebindings	1.28-	default	RoleBinding	namespaced	*	-
rbac.authorization.k8s.io	v1	roles	1.28-	default	Role	namespaced	*	-
resource.k8s.io	v1	deviceclasses	1.34-	default	DeviceClass	cluster	*	-
resource.k8s.io	v1	devicetaintrules	1.37-	default	DeviceTaintRule	cluster	*	status
resource.k8s.io	v1	resourceclaims	1.34-	default	ResourceClaim	namespaced	*	status
resource.k8s.io	v1	resourceclaimtemplates	1.34-	default	ResourceClaimTemplate	namespaced	*	-
resource.k8s.io	v1	resourceslices	1.34-	default	ResourceSlice	cluster	*	-
resource.k8s.io	v1alpha2	podschedulingcontexts	1.28-1.30	runtime-config	PodSchedulingContext	namespaced	*	status
resource.k8s.io	v1alpha2	resourceclaimparameters	1.30	runtime-config	ResourceClaimParameters	namespaced	*	-
resource.k8s.io	v1alpha2	resourceclaims	1.28-1.30	runtime-config	ResourceClaim	namespaced	*	status
resource.k8s.io	v1alpha2	resourceclaimtemplates	1.28-1.30	runtime-config	ResourceClaimTemplate	namespaced	*	-
resource.k8s.io	v1alpha2	resourceclasses	1.28-1.30	runtime-config	ResourceClass	cluster	*	-
resource.k8s.io	v1alpha2	resourceclassparameters	1.30	runtime-config	ResourceClassParameters	namespaced	*	-
resource.k8s.io	v1alpha2	resourceslices	1.30	runtime-config	ResourceSlice	cluster	*	-
resource.k8s.io	v1alpha3	deviceclasses	1.31-1.33	runtime-config	DeviceClass	cluster	*	-
resource.k8s.io	v1alpha3	devicetaintrules	1.33-1.34	runtime-config	DeviceTaintRule	cluster	*	-
resource.k8s.io	v1alpha3	devicetaintrules	1.35-	runtime-config	DeviceTaintRule	cluster	*	status
resource.k8s.io	v1alpha3	podschedulingcontexts	1.31	runtime-config	PodSchedulingContext	namespaced	*	status
resource.k8s.io	v1alpha3	resourceclaims	1.31-1.33	runtime-config	ResourceClaim	namespaced	*	status
resource.k8s.io	v1alpha3	resourceclaimtemplates	1.31-1.33	runtime-config	ResourceClaimTemplate	namespaced	*	-
resource.k8s.io	v1alpha3	resourcepoolstatusrequests	1.36-	runtime-config	ResourcePoolStatusRequest	cluster	*	status
resource.k8s.io	v1alpha3	resourceslices	1.31-1.33	runtime-config	ResourceSlice	cluster	*	-
resource.k8s.io	v1beta1	deviceclasses	1.32-	runtime-config	DeviceClass	cluster	*	-
resource.k8s.io	v1beta1	resourceclaims	1.32-	runtime-config	ResourceClaim	namespaced	*	status
resource.k8s.io	v1beta1	resourceclaimtemplates	1.32-	runtime-config	ResourceClaimTemplate	namespaced	*	-
resource.k8s.io	v1beta1	resourceslices	1.32-	runtime-config	ResourceSlice	cluster	*	-
resource.k8s.io	v1beta2	deviceclasses	1.33-	runtime-config	DeviceClass	cluster	*	-
resource.k8s.io	v1beta2	devicetaintrules	1.36-	runtime-config	DeviceTaintRule	cluster	*	status
resource.k8s.io	v1beta2	resourceclaims	1.33-	runtime-config	ResourceClaim	namespaced	*	status
resource.k8s.io	v1beta2	resourceclaimtemplates	1.33-	runtime-config	ResourceClaimTemplate	namespaced	*	-
resource.k8s.io	v1beta2	resourceslices	1.33-	runtime-config	ResourceSlice	cluster	*	-
scheduling.k8s.io	v1	priorityclasses	1.28-	default	PriorityClass	cluster	*	-
scheduling.k8s.io	v1alpha1	workloads	1.35	gate+runtime-config	Workload	namespaced	*	-
scheduling.k8s.io	v1alpha2	podgroups	1.36	gate+runtime-config	PodGroup	namespaced	*	status
scheduling.k8s.io	v1alpha2	workloads	1.36	gate+runtime-config	Workload	namespaced	*	-
scheduling.k8s.io	v1alpha3	compositepodgroups	1.37-	gate+runtime-config	CompositePodGroup	namespaced	*	status
scheduling.k8s.io	v1alpha3	podgroups	1.37-	gate+runtime-config	PodGroup	namespaced	*	status
scheduling.k8s.io	v1alpha3	workloads	1.37-	gate+runtime-config	Workload	namespaced	*	-
scheduling.k8s.io	v1beta1	podgroups	1.37-	gate+runtime-config	PodGroup	namespaced	*	status
scheduling.k8s.io	v1beta1	workloads	1.37-	gate+runtime-config	Workload	namespaced	*	-
storage.k8s.io	v1	csidrivers	1.28-	default	CSIDriver	cluster	*	-
storage.k8s.io	v1	csinodes	1.28-1.36	default	CSINode	cluster	*	-
storage.k8s.io	v1	csinodes	1.37-	default	CSINode	cluster	*	status
storage.k8s.io	v1	csistoragecapacities	1.28-	default	CSIStorageCapacity	namespaced	*	-
storage.k8s.io	v1	storageclasses	1.28-	default	StorageClass	cluster	*	-
storage.k8s.io	v1	volumeattachments	1.28-	default	VolumeAttachment	cluster	*	status
storage.k8s.io	v1	volumeattributesclasses	1.34-	default	VolumeAttributesClass	cluster	*	-
storage.k8s.io	v1alpha1	csistoragecapacities	1.29	runtime-config	CSIStorageCapacity	namespaced	*	-
storage.k8s.io	v1alpha1	volumeattributesclasses	1.29-1.34	runtime-config	VolumeAttributesClass	cluster	*	-
storage.k8s.io	v1beta1	csistoragecapacities	1.29	runtime-config	CSIStorageCapacity	namespaced	*	-
storage.k8s.io	v1beta1	volumeattributesclasses	1.31-1.36	runtime-config	VolumeAttributesClass	cluster	*	-
storagemigration.k8s.io	v1	storageversionmigrations	1.37-	default	StorageVersionMigration	cluster	*	status
storagemigration.k8s.io	v1alpha1	storageversionmigrations	1.30-1.34	gate+runtime-config	StorageVersionMigration	cluster	*	status
storagemigration.k8s.io	v1beta1	storageversionmigrations	1.35-1.36	gate+runtime-config	StorageVersionMigration	cluster	*	status
storagemigration.k8s.io	v1beta1	storageversionmigrations	1.37-	runtime-config	StorageVersionMigration	cluster	*	status
"""#

    static let groupOrderTable = #"""
1.28	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1,v1beta1,v1alpha1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1alpha1 networking.k8s.io=v1,v1alpha1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1 node.k8s.io=v1 discovery.k8s.io=v1 flowcontrol.apiserver.k8s.io=v1beta3,v1beta2 internal.apiserver.k8s.io=v1alpha1 resource.k8s.io=v1alpha2
1.29	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1,v1beta1,v1alpha1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1alpha1 networking.k8s.io=v1,v1alpha1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1 node.k8s.io=v1 discovery.k8s.io=v1 flowcontrol.apiserver.k8s.io=v1,v1beta3,v1beta2,v1beta1 internal.apiserver.k8s.io=v1alpha1 resource.k8s.io=v1alpha2
1.30	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1,v1beta1,v1alpha1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1alpha1 networking.k8s.io=v1,v1alpha1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1 node.k8s.io=v1 discovery.k8s.io=v1 flowcontrol.apiserver.k8s.io=v1,v1beta3,v1beta2,v1beta1 internal.apiserver.k8s.io=v1alpha1 resource.k8s.io=v1alpha2 storagemigration.k8s.io=v1alpha1
1.31	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1,v1beta1,v1alpha1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1,v1alpha1 node.k8s.io=v1 discovery.k8s.io=v1 flowcontrol.apiserver.k8s.io=v1,v1beta3 internal.apiserver.k8s.io=v1alpha1 resource.k8s.io=v1alpha3 storagemigration.k8s.io=v1alpha1
1.32	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1,v1beta1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1alpha1
1.33	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1beta1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1,v1beta1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1beta2,v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1alpha1
1.34	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1beta1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1,v1alpha1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1 coordination.k8s.io=v1,v1beta1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1,v1beta2,v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1alpha1
1.35	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1beta1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1,v1alpha1 coordination.k8s.io=v1,v1beta1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1,v1beta2,v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1beta1
1.36	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1beta1,v1alpha1 networking.k8s.io=v1,v1beta1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1,v1beta1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1,v1alpha2 coordination.k8s.io=v1,v1beta1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1,v1beta2,v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1beta1
1.37-	apiregistration.k8s.io=v1 apps=v1 events.k8s.io=v1 authentication.k8s.io=v1 authorization.k8s.io=v1 autoscaling=v2,v1 batch=v1 certificates.k8s.io=v1,v1beta1 networking.k8s.io=v1 policy=v1 rbac.authorization.k8s.io=v1 storage.k8s.io=v1 admissionregistration.k8s.io=v1,v1beta1,v1alpha1 apiextensions.k8s.io=v1 scheduling.k8s.io=v1,v1beta1,v1alpha3 coordination.k8s.io=v1,v1beta1,v1alpha2 node.k8s.io=v1 discovery.k8s.io=v1 resource.k8s.io=v1,v1beta2,v1beta1,v1alpha3 flowcontrol.apiserver.k8s.io=v1 internal.apiserver.k8s.io=v1alpha1 storagemigration.k8s.io=v1,v1beta1 lifecycle.k8s.io=v1alpha1
"""#
}
