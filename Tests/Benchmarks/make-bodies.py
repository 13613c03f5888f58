#!/usr/bin/env python3
"""Writes an audit log at level RequestResponse: pods that are updated, patched and read.

    make-bodies.py MEGABYTES OUT [--without]      (--without: the same requests at level Metadata)
"""
import json
import sys
import time
import uuid

size, out = int(sys.argv[1]) * 1_000_000, sys.argv[2]
without = "--without" in sys.argv[3:]
PODS = 6_000


def container(number):
    probe = {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1,
             "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    return {
        "name": f"c{number}", "image": f"registry.example.com/team/app:{number}",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": f"A{k}", "value": f"v{k}"} for k in range(12)],
        "resources": {"limits": {"cpu": "500m"}, "requests": {"cpu": "100m"}},
        "volumeMounts": [
            {"name": f"v{k}", "mountPath": f"/m/{k}", "readOnly": True} for k in range(4)],
        "livenessProbe": probe, "readinessProbe": probe,
        "securityContext": {"capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True},
        "imagePullPolicy": "IfNotPresent"}


def pod(number, version):
    statuses = [
        {"name": f"c{k}", "state": {"running": {"startedAt": "2026-11-20T22:00:00Z"}},
         "ready": True, "restartCount": 0, "image": "x", "imageID": "y", "started": True,
         "volumeMounts": [{"name": "v0", "mountPath": "/m/0", "recursiveReadOnly": "Disabled"}]}
        for k in range(2)]
    conditions = [
        {"type": kind, "observedGeneration": 1, "status": "True", "lastProbeTime": None,
         "lastTransitionTime": "2026-11-20T22:00:00Z"}
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")]
    return {
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {
            "name": f"p-{number}", "namespace": f"ns-{number % 50}",
            "uid": str(uuid.UUID(int=number + 1)), "resourceVersion": str(version),
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"rs-{number % 99}",
                 "uid": str(uuid.UUID(int=900_000 + number % 99)), "controller": True}]},
        "spec": {
            "volumes": [{"name": f"v{k}", "configMap": {"name": f"cm{k}"}} for k in range(4)],
            "containers": [container(0), container(1)], "nodeName": f"node-{number % 7}",
            "tolerations": [{"key": "not-ready", "operator": "Exists", "effect": "NoExecute"}]},
        "status": {
            "observedGeneration": 1, "phase": "Running", "conditions": conditions,
            "containerStatuses": statuses, "qosClass": "Burstable"}}


written, number = 0, 0
with open(out, "w", buffering=1 << 20) as sink:
    while written < size:
        which, verb = number % PODS, ("update", "patch", "get", "update")[number % 4]
        body = pod(which, 1_000 + number)
        place = body["metadata"]
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_764_000_000 + number // 50))
        at += ".%06dZ" % (number % 50 * 20_000)
        event = {
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse",
            "auditID": str(uuid.UUID(int=10**9 + number)), "stage": "ResponseComplete",
            "requestURI": f"/api/v1/namespaces/{place['namespace']}/pods/{place['name']}",
            "verb": verb, "user": {"username": f"system:node:node-{which % 7}"},
            "sourceIPs": ["10.0.0.9"], "userAgent": "kubelet/v1.35.0",
            "objectRef": {"resource": "pods", "namespace": place["namespace"],
                          "name": place["name"], "apiVersion": "v1"},
            "responseStatus": {"metadata": {}, "code": 200}, "responseObject": body,
            "requestReceivedTimestamp": at, "stageTimestamp": at}
        if verb == "patch":
            event["requestURI"] += "/status"
            event["objectRef"]["subresource"] = "status"
        if verb != "get":
            event["requestObject"] = body if verb == "update" else {"status": body["status"]}
        whole = json.dumps(event, separators=(",", ":")) + "\n"
        written += len(whole)
        number += 1
        if without:
            event["level"] = "Metadata"
            event.pop("requestObject", None)
            del event["responseObject"]
            whole = json.dumps(event, separators=(",", ":")) + "\n"
        sink.write(whole)
