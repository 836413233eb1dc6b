// KUB006: an API that the version of Kubernetes does not have.
import { replaceScalar } from "../../syntax/edit.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { AbsentApi } from "../../kube/schema/fault.ts";
import type { Rule } from "../rule.ts";

export const kub006: Rule = {
  id: "KUB006",
  title: "An apiVersion must have the kind",
  severity: "error",
  aliases: ["no-extensions-v1beta"],
  why: "A cluster that does not serve the API refuses the object: no matches for kind. Beta versions are removed some releases after the stable one is there.",
  source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  appliesTo: "schema",
  finds: "absent-api",
  good: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: model
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: model
`,
  bad: `apiVersion: «policy/v1beta1»
kind: PodDisruptionBudget
metadata:
  name: model
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: model
`,
  problem(fault, { text, version, chosen }): Problem {
    const { at, apiNode, kindNode, replacement, near, why } = fault;
    const fixes =
      near !== undefined
        ? [{ title: `Write ${near}`, edits: [replaceScalar(text, kindNode, near)] }]
        : replacement !== undefined
          ? [{ title: `Use ${replacement}`, edits: [replaceScalar(text, apiNode, replacement)] }]
          : [];
    const message = messageOf(fault, version);
    // A newer cluster may have it, and nobody said that it is not one.
    if (why === "later" && !chosen) return { at, message, fixes, severity: "information" };
    return { at, message, fixes };
  },
};

function messageOf({ apiNode, kindNode, why, since, replacement, near }: AbsentApi, version: string): string {
  const name = `${apiNode.text} ${kindNode.text}`;
  const use = replacement === undefined ? "" : `; use ${replacement}`;
  if (near !== undefined) return `There is no ${kindNode.text} in ${apiNode.text}. Did you mean ${near}?`;
  if (why === "removed") return `Kubernetes ${since} removed ${name}${use}.`;
  if (why === "later")
    return `${name} comes with Kubernetes ${since}, and this is checked for ${version}${use}.`;
  return `There is no ${kindNode.text} in ${apiNode.text}${use}.`;
}
