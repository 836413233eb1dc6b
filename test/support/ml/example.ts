// What an example of an ML operator's object is made of.
import type { KubeObject } from "../../../src/core/kube/object.ts";

export interface MlExample {
  /** Group and kind, as `kubeflow.org PyTorchJob`. */
  kind: string;
  apiVersion: string;
  metadata?: { annotations?: Record<string, string>; labels?: Record<string, string> };
  spec: object;
  status: object;
  /** The health, and what stands beside the name. */
  row: string;
}

/** Of a pod that trains. */
export const template = { spec: { containers: [{ name: "main", image: "example.com/train:1" }] } };

/** A condition as most operators write it. */
export function condition(
  type: string,
  status: "True" | "False" | "Unknown",
  reason = "Because",
  message = "",
): object {
  return { type, status, reason, message, lastTransitionTime: "2026-11-24T00:00:00Z" };
}

/** The object of an example. */
export function exampleObject(
  { apiVersion, kind, metadata, spec, status }: MlExample,
  name: string,
): KubeObject {
  return {
    apiVersion,
    kind: kind.split(" ")[1],
    metadata: { ...metadata, name, namespace: "ml", uid: name },
    spec,
    status,
  };
}
