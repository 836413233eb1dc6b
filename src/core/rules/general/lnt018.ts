// LNT018: a container that may run as root.
import { booleanOf, numberOf } from "../../syntax/node.ts";
import { inheritedSecurity, nameOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt018: Rule = {
  id: "LNT018",
  title: "A container does not run as root",
  severity: "warning",
  profile: "strict",
  aliases: ["run-as-non-root"],
  why: "Root in a container is root on the node for whoever breaks out of it. runAsNonRoot lets the kubelet refuse an image that would run as root.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
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
    - name: «app»
      image: registry.example/app:1
`,
  *check(pod) {
    for (const container of wholeContainers(pod)) {
      const user = inheritedSecurity(pod, container, "runAsUser");
      const nonRoot = inheritedSecurity(pod, container, "runAsNonRoot");
      if (user && numberOf(user) === 0)
        yield { at: user, message: "User 0 is root: give the container a user of its own." };
      else if (!user && booleanOf(nonRoot) !== true)
        yield {
          at: nonRoot ?? nameOf(container),
          message:
            "This container runs as root where its image says so: set runAsNonRoot: true, and a runAsUser.",
        };
    }
  },
};
