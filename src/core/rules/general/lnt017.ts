// LNT017: a container that can write to its own files.
import { booleanOf } from "../../syntax/node.ts";
import { nameOf, securityOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt017: Rule = {
  id: "LNT017",
  title: "A container does not write to its root file system",
  severity: "information",
  profile: "strict",
  aliases: ["no-read-only-root-fs", "container-security-context-readonlyrootfilesystem"],
  why: "A program that is broken into can change its own files where the root file system is writable. What it must write goes to a volume.",
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
        readOnlyRootFilesystem: true
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
      const setting = securityOf(container, "readOnlyRootFilesystem");
      if (setting && booleanOf(setting) !== false) continue;
      yield {
        at: setting ?? nameOf(container),
        message:
          "This container can write to its own files: set readOnlyRootFilesystem: true, and mount what it writes to.",
      };
    }
  },
};
