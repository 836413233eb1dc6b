// LNT022: a pod in its node's namespaces.
import { booleanOf, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt022: Rule = {
  id: "LNT022",
  title: "A pod keeps out of its node's namespaces",
  severity: "warning",
  profile: "strict",
  aliases: ["host-ipc", "host-network", "host-pid"],
  why: "In the node's namespaces a pod sees the node's processes, their memory, or all its network traffic, and network policies don't hold.",
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
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  hostPID: «true»
  containers:
    - name: app
      image: registry.example/app:1
`,
  *check(pod) {
    for (const [key, what] of Object.entries(NAMESPACES)) {
      const at = nodeAt(pod.spec, key);
      if (at && booleanOf(at) === true)
        yield { at, message: `With ${key} this pod has its node's ${what}: leave it out.` };
    }
  },
};

const NAMESPACES: Readonly<Record<string, string>> = {
  hostIPC: "shared memory",
  hostNetwork: "network",
  hostPID: "processes",
};
