// swift-format-ignore-file
// Written by `make generate` from Demand/demand.tsv; edit that.

extension ComponentDemand {
    static let table = #"""
kube-apiserver	1.35			v1	configmaps	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	limitranges	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	namespaces	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	nodes	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	pods	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	resourcequotas	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	secrets	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	serviceaccounts	list,watch	start	orders-123	recorded
kube-apiserver	1.35			v1	services	list,watch	start	orders-123	recorded
kube-apiserver	1.36		admissionregistration.k8s.io	v1	mutatingadmissionpolicies	list,watch	start	orders-123	recorded
kube-apiserver	1.36		admissionregistration.k8s.io	v1	mutatingadmissionpolicybindings	list,watch	start	orders-123	recorded
kube-apiserver	1.35		admissionregistration.k8s.io	v1	mutatingwebhookconfigurations	list,watch	start	orders-123	recorded
kube-apiserver	1.35		admissionregistration.k8s.io	v1	validatingadmissionpolicies	list,watch	start	orders-123	recorded
kube-apiserver	1.35		admissionregistration.k8s.io	v1	validatingadmissionpolicybindings	list,watch	start	orders-123	recorded
kube-apiserver	1.35		admissionregistration.k8s.io	v1	validatingwebhookconfigurations	list,watch	start	orders-123	recorded
kube-apiserver	1.35		apiextensions.k8s.io	v1	customresourcedefinitions	list,watch	start	orders-123	recorded
kube-apiserver	1.35		apiregistration.k8s.io	v1	apiservices	list,watch	start	orders-123	recorded
kube-apiserver	1.35		coordination.k8s.io	v1	leases	list,watch	start	orders-123	recorded
kube-apiserver	1.35		discovery.k8s.io	v1	endpointslices	list,watch	start	orders-123	recorded
kube-apiserver	1.35		flowcontrol.apiserver.k8s.io	v1	flowschemas	list,watch	start	orders-123	recorded
kube-apiserver	1.35		flowcontrol.apiserver.k8s.io	v1	prioritylevelconfigurations	list,watch	start	orders-123	recorded
kube-apiserver	1.35		networking.k8s.io	v1	ingressclasses	list,watch	start	orders-123	recorded
kube-apiserver	1.35		networking.k8s.io	v1	ipaddresses	list,watch	start	orders-123	recorded
kube-apiserver	1.35		networking.k8s.io	v1	servicecidrs	list,watch	start	orders-123	recorded
kube-apiserver	1.35		node.k8s.io	v1	runtimeclasses	list,watch	start	orders-123	recorded
kube-apiserver	1.35		rbac.authorization.k8s.io	v1	clusterrolebindings	list,watch	start	orders-123	recorded
kube-apiserver	1.35		rbac.authorization.k8s.io	v1	clusterroles	list,watch	start	orders-123	recorded
kube-apiserver	1.35		rbac.authorization.k8s.io	v1	rolebindings	list,watch	start	orders-123	recorded
kube-apiserver	1.35		rbac.authorization.k8s.io	v1	roles	list,watch	start	orders-123	recorded
kube-apiserver	1.36		resource.k8s.io	v1	deviceclasses	list,watch	start	orders-123	recorded
kube-apiserver	1.36		resource.k8s.io	v1	resourceclaims	list,watch	start	orders-123	recorded
kube-apiserver	1.35		scheduling.k8s.io	v1	priorityclasses	list,watch	start	orders-123	recorded
kube-apiserver	1.36		scheduling.k8s.io	v1alpha2	podgroups	list,watch	start	orders-123	recorded
kube-apiserver	1.36		scheduling.k8s.io	v1alpha2	workloads	list,watch	start	orders-123	recorded
kube-apiserver	1.35		storage.k8s.io	v1	storageclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	configmaps	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	endpoints	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	limitranges	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	namespaces	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	nodes	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	persistentvolumeclaims	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	persistentvolumes	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	pods	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	podtemplates	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	replicationcontrollers	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	resourcequotas	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	secrets	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	serviceaccounts	list,watch	start	orders-123	recorded
kube-controller-manager	1.36			v1	services	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	mutatingadmissionpolicies	list,watch	discovery	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	mutatingadmissionpolicybindings	list,watch	discovery	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	mutatingwebhookconfigurations	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	validatingadmissionpolicies	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	validatingadmissionpolicybindings	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		admissionregistration.k8s.io	v1	validatingwebhookconfigurations	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		apps	v1	controllerrevisions	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		apps	v1	daemonsets	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		apps	v1	deployments	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		apps	v1	replicasets	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		apps	v1	statefulsets	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		autoscaling	v2	horizontalpodautoscalers	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		batch	v1	cronjobs	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		batch	v1	jobs	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		certificates.k8s.io	v1	certificatesigningrequests	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		coordination.k8s.io	v1	leases	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		discovery.k8s.io	v1	endpointslices	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		flowcontrol.apiserver.k8s.io	v1	flowschemas	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		flowcontrol.apiserver.k8s.io	v1	prioritylevelconfigurations	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		networking.k8s.io	v1	ingressclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		networking.k8s.io	v1	ingresses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		networking.k8s.io	v1	ipaddresses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		networking.k8s.io	v1	networkpolicies	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		networking.k8s.io	v1	servicecidrs	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		node.k8s.io	v1	runtimeclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		policy	v1	poddisruptionbudgets	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		rbac.authorization.k8s.io	v1	clusterrolebindings	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		rbac.authorization.k8s.io	v1	clusterroles	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		rbac.authorization.k8s.io	v1	rolebindings	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		rbac.authorization.k8s.io	v1	roles	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		resource.k8s.io	v1	deviceclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		resource.k8s.io	v1	resourceclaims	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		resource.k8s.io	v1	resourceclaimtemplates	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		resource.k8s.io	v1	resourceslices	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		scheduling.k8s.io	v1	priorityclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		scheduling.k8s.io	v1alpha2	podgroups	list,watch	discovery	orders-123	recorded
kube-controller-manager	1.36		scheduling.k8s.io	v1alpha2	workloads	list,watch	discovery	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	csidrivers	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	csinodes	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	csistoragecapacities	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	storageclasses	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	volumeattachments	list,watch	start	orders-123	recorded
kube-controller-manager	1.36		storage.k8s.io	v1	volumeattributesclasses	list,watch	start	orders-123	recorded
kube-controller-manager			*	*	*	list,watch	discovery	F6.1	stated
kube-controller-manager			*	*	*	deletecollection,list	namespace deletion	F7.3	stated
kube-scheduler				v1	nodes	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	pods	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	namespaces	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	services	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	persistentvolumes	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	persistentvolumeclaims	list,watch	start	kube-scheduler informers	stated
kube-scheduler				v1	replicationcontrollers	list,watch	start	kube-scheduler informers	stated
kube-scheduler			apps	v1	replicasets	list,watch	start	kube-scheduler informers	stated
kube-scheduler			apps	v1	statefulsets	list,watch	start	kube-scheduler informers	stated
kube-scheduler			policy	v1	poddisruptionbudgets	list,watch	start	kube-scheduler informers	stated
kube-scheduler			storage.k8s.io	v1	storageclasses	list,watch	start	kube-scheduler informers	stated
kube-scheduler			storage.k8s.io	v1	csinodes	list,watch	start	kube-scheduler informers	stated
kube-scheduler			storage.k8s.io	v1	csidrivers	list,watch	start	kube-scheduler informers	stated
kube-scheduler			storage.k8s.io	v1	csistoragecapacities	list,watch	start	kube-scheduler informers	stated
kube-scheduler			storage.k8s.io	v1	volumeattachments	list,watch	start	kube-scheduler informers	stated
kube-scheduler	1.34		resource.k8s.io	v1	resourceclaims	list,watch	start	kube-scheduler informers	stated
kube-scheduler	1.34		resource.k8s.io	v1	resourceslices	list,watch	start	kube-scheduler informers	stated
kube-scheduler	1.34		resource.k8s.io	v1	deviceclasses	list,watch	start	kube-scheduler informers	stated
kubelet				v1	nodes	list,watch	start	kubelet informers	stated
kubelet				v1	pods	list,watch	start	kubelet informers	stated
kubelet				v1	services	list,watch	start	kubelet informers	stated
kubelet			node.k8s.io	v1	runtimeclasses	list,watch	start	kubelet informers	stated
kubelet			storage.k8s.io	v1	csidrivers	list,watch	start	kubelet informers	stated
kubelet	1.34		resource.k8s.io	v1	resourceclaims	get	pod with claims	kubelet DRA manager	stated
kubelet	1.34		resource.k8s.io	v1	resourceslices	deletecollection,list	start	kubelet DRA manager	stated
kube-proxy				v1	nodes	list,watch	start	kube-proxy informers	stated
kube-proxy				v1	services	list,watch	start	kube-proxy informers	stated
kube-proxy			discovery.k8s.io	v1	endpointslices	list,watch	start	kube-proxy informers	stated
kube-proxy	1.33		networking.k8s.io	v1	servicecidrs	list,watch	start	kube-proxy informers	stated
"""#
}
