// LNT027: the old name of a field.
import { removeEntry } from "../../syntax/edit.ts";
import { entryOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt027: Rule = {
  id: "LNT027",
  title: "serviceAccountName is the name of the field",
  severity: "information",
  profile: "strict",
  aliases: ["deprecated-service-account-field"],
  why: "serviceAccount is an older name, kept for old manifests only; where both are set, it does nothing.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  serviceAccountName: default
  containers:
    - name: app
      image: registry.example/app:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  «serviceAccount»: default
  containers:
    - name: app
      image: registry.example/app:1
`,
  *check(pod, text) {
    const entry = entryOf(pod.spec, "serviceAccount");
    if (!entry || entry.merged) return;
    const { start, end } = entry.key;
    const quote = /["']/.test(text[start] ?? "") ? (text[start] ?? "") : "";
    const both = entryOf(pod.spec, "serviceAccountName") !== undefined;
    yield {
      at: entry.key,
      message: "serviceAccount is the old name of serviceAccountName.",
      fixes: [
        both
          ? { title: "Take it out", edits: [removeEntry(text, pod.spec, entry)] }
          : { title: "Rename it", edits: [{ start, end, text: `${quote}serviceAccountName${quote}` }] },
      ],
    };
  },
};
