// LNT023: folders of the system in a pod.
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt023: Rule = {
  id: "LNT023",
  title: "A pod does not mount folders of the node's system",
  severity: "warning",
  profile: "strict",
  aliases: ["sensitive-host-mounts"],
  why: "Whoever can read or change the node's system files owns the node.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
  volumes:
    - name: cache
      emptyDir: {}
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
  volumes:
    - name: system
      hostPath:
        path: «/etc»
`,
  *check(pod) {
    for (const volume of itemsOf(nodeAt(pod.spec, "volumes"))) {
      const at = nodeAt(volume, "hostPath", "path");
      const path = textOf(at);
      if (at && path !== undefined && SYSTEM.has(path.replace(/(?<=.)\/+$/, "")))
        yield { at, message: `${path} is the node's own system: mount a volume, or a folder made for it.` };
    }
  },
};

const SYSTEM = new Set([
  "/",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/sys",
  "/usr",
  "/root",
  "/var/lib/kubelet",
  "/var/lib/docker",
  "/var/lib/containerd",
]);
