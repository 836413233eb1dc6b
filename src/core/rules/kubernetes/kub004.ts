// KUB004: a value that is none of those a field may have.
import { replaceScalar } from "../../syntax/edit.ts";
import { nearest } from "../../syntax/nearest.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const MOST_NAMED = 8;

export const kub004: Rule = {
  id: "KUB004",
  title: "A value must be one of those that its field may have",
  severity: "error",
  why: "The API server refuses any other value, and heeds capital letters.",
  source: "https://kubernetes.io/docs/reference/kubernetes-api/",
  appliesTo: "schema",
  finds: "wrong-value",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  restartPolicy: OnFailure
  containers:
    - name: train
      image: registry.example/train:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  restartPolicy: «onfailure»
  containers:
    - name: train
      image: registry.example/train:1
`,
  problem({ at, path, node, values, later, certain }, { text, version, chosen }): Problem {
    if (later) {
      const message = `${path} may be ${node.text} from a newer version of Kubernetes on, and this is checked for ${version}.`;
      return chosen ? { at, message } : { at, message, severity: "information" };
    }
    const given = values.filter((value) => value !== "");
    const near = nearest(node.text, given);
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    const fixes =
      near === undefined ? [] : [{ title: `Set it to ${near}`, edits: [replaceScalar(text, node, near)] }];
    const message = `${path} must be ${choice(given)}.${meant}`;
    return certain ? { at, message, fixes } : { at, message, fixes, severity: "warning" };
  },
};

function choice(values: readonly string[]): string {
  if (values.length > MOST_NAMED) return `one of ${values.slice(0, MOST_NAMED).join(", ")} and others`;
  const last = values.at(-1) ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}
