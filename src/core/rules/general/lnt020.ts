// LNT020: a container whose programs may become root.
import { booleanOf } from "../../syntax/node.ts";
import { nameOf, securityOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt020: Rule = {
  id: "LNT020",
  title: "A container may not gain privileges",
  severity: "information",
  profile: "strict",
  aliases: ["privilege-escalation-container"],
  why: "Without allowPrivilegeEscalation: false a program in the container may become root by a setuid file. kube-linter finds only what is set to true; the default is true as well.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
      securityContext:
        allowPrivilegeEscalation: false
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
        allowPrivilegeEscalation: «true»
`,
  *check(pod) {
    for (const container of wholeContainers(pod)) {
      const setting = securityOf(container, "allowPrivilegeEscalation");
      if (setting && booleanOf(setting) !== true) continue;
      yield {
        at: setting ?? nameOf(container),
        message:
          "A program in this container may become root by a setuid file: set allowPrivilegeEscalation: false.",
      };
    }
  },
};
