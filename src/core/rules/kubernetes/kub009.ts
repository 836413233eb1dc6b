// KUB009: two items of a list with the same key.
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub009: Rule = {
  id: "KUB009",
  title: "Items of a list must differ in their keys",
  severity: "error",
  aliases: ["duplicate-env-var", "environment-variable-key-duplication"],
  why: "Kubernetes tells containers, volumes, ports and the like apart by a key such as their name. Two with the same key are refused, or one of them is lost when the object is applied again.",
  source: "https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy",
  appliesTo: "schema",
  finds: "duplicate-item",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
    - name: logs
      image: registry.example/logs:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
    - name: «train»
      image: registry.example/logs:1
`,
  problem({ at, path, keys, value, refused }): Problem {
    const list = path.replace(/\[\d+\]$/, "");
    const what = keys.length === 0 ? value : `${keys.join("/")} ${value}`;
    if (refused) return { at, message: `${what} stands twice in ${list}, and the API server refuses that.` };
    const message = `${what} stands twice in ${list}: server-side apply refuses that, and kubectl apply may lose one of them.`;
    return { at, message, severity: "warning" };
  },
};
