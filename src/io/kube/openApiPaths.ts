// Where an API server describes each of its versions, from its answer to /openapi/v3.
import { type KubeObject, record, text } from "../../core/kube/object.ts";

/** Paths by `apps/v1`, each with the hash of what is there. */
export function openApiPaths(answer: KubeObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(record(answer, "paths")).flatMap(([path, at]) => {
      const url = text(at, "serverRelativeURL");
      // Nothing leads to another server.
      return url?.startsWith("/openapi/") ? [[path.replace(/^(?:apis|api)\//, ""), url] as const] : [];
    }),
  );
}
