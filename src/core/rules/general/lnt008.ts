// LNT008: the node's container engine in a pod.
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

const SOCKET =
  /^(?:\/var)?\/run\/(?:docker\.sock|containerd\/containerd\.sock|crio\/crio\.sock|podman\/podman\.sock)$/;

export const lnt008: Rule = {
  id: "LNT008",
  title: "A pod does not get the socket of the node's container engine",
  severity: "warning",
  aliases: ["docker-sock"],
  why: "Whoever reaches the socket can start any container on the node, and so is root there. Nodes run containerd since Kubernetes 1.24: where there is no Docker, a pod that wants its socket does not start. Images are built without it by BuildKit or kaniko.",
  source:
    "https://kubernetes.io/docs/tasks/administer-cluster/migrating-from-dockershim/check-if-dockershim-removal-affects-you/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: builder
spec:
  containers:
    - name: builder
      image: registry.example/builder:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: builder
spec:
  containers:
    - name: builder
      image: registry.example/builder:1
      volumeMounts:
        - name: docker
          mountPath: /var/run/docker.sock
  volumes:
    - name: docker
      hostPath:
        path: «/var/run/docker.sock»
`,
  *check(pod) {
    for (const volume of itemsOf(nodeAt(pod.spec, "volumes"))) {
      const at = nodeAt(volume, "hostPath", "path");
      const path = textOf(at);
      if (!at || path === undefined || !SOCKET.test(path)) continue;
      const agent = pod.kind === "DaemonSet";
      yield {
        at,
        message: `${path} makes this pod root on its node, and is not there where the node runs another engine.`,
        // What watches the containers of a node has no other way.
        ...(agent ? { severity: "information" as const } : {}),
      };
    }
  },
};
