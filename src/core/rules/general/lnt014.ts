// LNT014: a container that says nothing of the CPU it needs.
import { resourceEntries } from "../../kube/podTemplates.ts";
import { nameOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt014: Rule = {
  id: "LNT014",
  title: "A container requests its CPU",
  severity: "warning",
  profile: "strict",
  aliases: ["unset-cpu-requirements"],
  why: "The scheduler counts what pods request: without a request for CPU too many land on one node, and this one gets what others leave.",
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
        resourceEntries(container, side).some(({ key }) => key.text === "cpu");
      // A limit alone is taken for the request too.
      if (has("requests") || has("limits")) continue;
      yield { at: nameOf(container), message: `This container requests no CPU: it gets what others leave.` };
    }
  },
};
