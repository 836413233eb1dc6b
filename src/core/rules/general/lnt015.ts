// LNT015: a container that says nothing of the memory it needs.
import { resourceEntries } from "../../kube/podTemplates.ts";
import { nameOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt015: Rule = {
  id: "LNT015",
  title: "A container requests its memory, and limits it",
  severity: "warning",
  profile: "strict",
  aliases: ["unset-memory-requirements"],
  why: "The scheduler counts what pods request: without a request for memory too many land on one node, and this one is among the first to be evicted. Without a limit it may take the memory of others.",
  source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
      resources:
        requests:
          cpu: 1
          memory: 1Gi
        limits:
          memory: 1Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: «app»
      image: registry.example/app:1
`,
  *check(pod) {
    for (const container of wholeContainers(pod)) {
      const has = (side: "requests" | "limits") =>
        resourceEntries(container, side).some(({ key }) => key.text === "memory");
      // A limit alone is taken for the request too.
      if (has("limits")) continue;
      const missing = has("requests")
        ? "has no memory limit: it may take the memory of others"
        : "requests and limits no memory";
      yield { at: nameOf(container), message: `This container ${missing}.` };
    }
  },
};
