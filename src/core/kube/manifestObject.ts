// One object of a manifest, apart from the parser that found it.
import type { KubeObject } from "./object.ts";

/** An object with what a path to it needs. */
export interface ManifestObject {
  object: KubeObject;
  apiVersion: string;
  kind: string;
  name: string;
  /** As the manifest says; undefined where it leaves it to the context. */
  namespace: string | undefined;
}

/** `Deployment llm`. */
export function manifestWords({ kind, name }: ManifestObject): string {
  return `${kind} ${name}`;
}
