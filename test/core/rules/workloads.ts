// Workloads and Services as short texts, each a document that others can follow.

export interface Workload {
  kind?: string;
  name?: string;
  labels?: string;
  container?: string;
  spec?: string;
  pod?: string;
  namespace?: string;
}

/** A workload of `apps` with one container. */
export function workload({
  kind = "Deployment",
  name = "a",
  labels = "app: a",
  container = "",
  spec = "",
  pod: podSpec = "",
  namespace = "",
}: Workload = {}): string {
  const place = namespace && `, namespace: ${namespace}`;
  return `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}${place}}
spec:
  selector: {matchLabels: {${labels}}}
  ${spec}
  template:
    metadata: {labels: {${labels}}}
    spec: {${podSpec && `${podSpec}, `}containers: [{name: main, image: x:1${container && `, ${container}`}}]}
---
`;
}

export const service = (spec: string, name = "a", namespace = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\nspec: {${spec}}\n---\n`;
