// LNT019: a privileged container.
import { booleanOf } from "../../syntax/node.ts";
import { securityOf } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt019: Rule = {
  id: "LNT019",
  title: "A container is not privileged",
  severity: "warning",
  profile: "strict",
  aliases: ["privileged-container", "container-security-context-privileged"],
  why: "A privileged container has every device and every right of its node: whoever is in it is root there.",
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
  containers:
    - name: app
      image: registry.example/app:1
      securityContext:
        privileged: «true»
`,
  *check(pod) {
    for (const container of pod.containers) {
      const at = securityOf(container, "privileged");
      if (at && booleanOf(at) === true)
        yield {
          at,
          message:
            "A privileged container has every right on its node: give it the capability or device that it needs.",
        };
    }
  },
};
