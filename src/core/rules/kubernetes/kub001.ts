// KUB001: a field that the kind does not have.
import { replaceScalar } from "../../syntax/edit.ts";
import { nearest } from "../../syntax/nearest.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub001: Rule = {
  id: "KUB001",
  title: "A field must be one that the kind has",
  severity: "error",
  why: "kubectl refuses an object with a field that its kind does not have; other clients drop the field, and what it should do does not happen.",
  source: "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
  appliesTo: "schema",
  finds: "unknown-field",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  restartPolicy: Never
  containers:
    - name: train
      image: registry.example/train:1
      imagePullPolicy: IfNotPresent
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  restartPolicy: Never
  containers:
    - name: train
      image: registry.example/train:1
      «imagePullPolic»: IfNotPresent
`,
  problem(fault, { text, version, chosen, own }): Problem | undefined {
    const { at, field, path, known, map, elsewhere, belongs, certain } = fault;
    if (elsewhere?.since !== undefined) {
      const message = `${path} comes with Kubernetes ${elsewhere.since}, and this is checked for ${version}.`;
      return chosen ? { at, message } : { at, message, severity: "information" };
    }
    if (elsewhere?.until !== undefined)
      return {
        at,
        message: `Kubernetes ${elsewhere.until} removed ${path}; this is checked for ${version}.`,
      };
    const there = new Set(map.entries.map(({ key }) => key.text));
    const near = nearest(
      field.text,
      known.filter((name) => !there.has(name)),
    );
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    const home = near !== undefined || belongs === undefined ? "" : ` It belongs ${placeWords(belongs)}.`;
    const fixes =
      near === undefined
        ? []
        : [{ title: `Rename it to ${near}`, edits: [replaceScalar(text, field, near)] }];
    if (!certain) {
      // Our own definitions are not the whole: only what looks like a slip is worth a word.
      if (near === undefined && belongs === undefined) return undefined;
      const message = `Slipway knows no field ${path}.${meant}${home}`;
      return { at, message, severity: "information", fixes };
    }
    if (own) {
      const message = `Pods have no field ${path}; the operator or the API server refuses it or drops it.${meant}${home}`;
      return { at, message, severity: "warning", fixes };
    }
    return {
      at,
      message: `There is no field ${path}, and kubectl refuses the object.${meant}${home}`,
      fixes,
    };
  },
};

function placeWords(path: string): string {
  return path === "" ? "to the object itself" : `in ${path}`;
}
