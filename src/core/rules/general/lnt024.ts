// LNT024: a pod that is to be logged in to.
import { itemsOf, nodeAt, numberOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt024: Rule = {
  id: "LNT024",
  title: "A pod has no port for SSH",
  severity: "information",
  profile: "strict",
  aliases: ["ssh-port"],
  why: "kubectl exec needs no server in the pod, is allowed by RBAC and noted in the audit log. Programs for MPI are an exception.",
  source: "https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
      ports:
        - containerPort: 8000
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
      ports:
        - containerPort: «22»
`,
  *check(pod) {
    for (const container of pod.containers)
      for (const port of itemsOf(nodeAt(container.node, "ports"))) {
        const at = nodeAt(port, "containerPort");
        if (at && numberOf(at) === 22)
          yield { at, message: "Port 22 is for SSH: use kubectl exec to get into a pod." };
      }
  },
};
