// LNT007: a probe of a port by a name that the container does not have.
import { replaceScalar } from "../../syntax/edit.ts";
import { nearest } from "../../syntax/nearest.ts";
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];

export const lnt007: Rule = {
  id: "LNT007",
  title: "A probe must ask a port that its container has",
  severity: "warning",
  aliases: ["liveness-port", "readiness-port", "startup-port"],
  why: "A probe of a port by a name that the container's ports do not have always fails: the container is restarted again and again, or never gets ready.",
  source:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port",
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
        - name: http
          containerPort: 8000
      livenessProbe:
        httpGet: {path: /health, port: http}
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
        - name: http
          containerPort: 8000
      livenessProbe:
        httpGet: {path: /health, port: «htp»}
`,
  *check(pod, text) {
    if (pod.partial) return;
    for (const container of pod.containers) {
      const names = itemsOf(nodeAt(container.node, "ports")).flatMap(
        (port) => textOf(nodeAt(port, "name")) ?? [],
      );
      for (const probe of PROBES)
        for (const handler of ["httpGet", "tcpSocket"]) {
          const at = nodeAt(container.node, probe, handler, "port");
          const name = textOf(at);
          // Digits are a number, and other names a tool has yet to fill in.
          if (!at || name === undefined || !/^[a-z][a-z0-9-]*$/.test(name) || names.includes(name)) continue;
          const meant = nearest(name, names);
          yield {
            at,
            message: `This container has no port called "${name}"${meant ? `; "${meant}" may be meant` : ""}: the ${probe} always fails.`,
            fixes: meant ? [{ title: `Change to ${meant}`, edits: [replaceScalar(text, at, meant)] }] : [],
          };
        }
    }
  },
};
