// The labels that controllers put on the pods they make, beside those of the template, as of 2026-08.
// Sources: the API types of each project.
import { mlKinds } from "./ml/index.gen.ts";
import type { Labels } from "./labels.ts";
import type { ObjectNode } from "./objectNodes.ts";

const JOB_NAME = ["job-name", "batch.kubernetes.io/job-name"];

const BY_KIND = new Map<string, readonly string[]>([
  ["batch Job", JOB_NAME],
  ...mlKinds.map(({ group, kind, podLabels = [] }) => [`${group} ${kind}`, podLabels] as const),
  // The StatefulSet of a notebook has its name, and so has the label that says it.
  ["kubeflow.org Notebook", ["notebook-name", "statefulset"]],
]);

/** Labels whose value is the name of the object that makes the pods. */
export function madeLabels({ group, kind, name }: ObjectNode): Labels {
  if (name === undefined) return {};
  const keys = BY_KIND.get(`${group} ${kind}`) ?? [];
  return Object.fromEntries(keys.map((key) => [key, name]));
}
