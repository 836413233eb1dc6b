// What is kept of the objects of a cluster that a manifest is held against.
import { field, type KubeObject, list, record, text } from "../object.ts";
import type { Limit, Queue, Quota, QuotaScope } from "./facts.ts";
import { type Thousandths, thousandthsOf } from "./thousandths.ts";

export function quotaOf(object: KubeObject): Quota {
  const scopes = list(object, "spec", "scopes").map((scope) => ({
    scope: String(scope),
    operator: "Exists",
    values: [],
  }));
  const selected = list(object, "spec", "scopeSelector", "matchExpressions").map(
    (one): QuotaScope => ({
      scope: text(one, "scopeName") ?? "",
      operator: text(one, "operator") ?? "",
      values: list(one, "values").map(String),
    }),
  );
  return {
    name: text(object, "metadata", "name") ?? "",
    // What the server enforces; of a quota that is new it enforces nothing yet.
    hard: thousandthsOf(record(object, "status", "hard")),
    used: thousandthsOf(record(object, "status", "used")),
    scopes: [...scopes, ...selected],
  };
}

export function limitsOf(object: KubeObject): Limit[] {
  const name = text(object, "metadata", "name") ?? "";
  return list(object, "spec", "limits").map((item) => {
    const amounts = (which: string): Thousandths => thousandthsOf(record(item, which));
    return {
      name,
      type: text(item, "type") ?? "",
      max: amounts("max"),
      min: amounts("min"),
      default: amounts("default"),
      defaultRequest: amounts("defaultRequest"),
      maxLimitRequestRatio: amounts("maxLimitRequestRatio"),
    };
  });
}

/** @param clusterQueues undefined where they may not be read. */
export function queueOf(object: KubeObject, clusterQueues: readonly KubeObject[] | undefined): Queue {
  const clusterQueue = text(object, "spec", "clusterQueue") ?? "";
  const found = clusterQueues?.find((one) => text(one, "metadata", "name") === clusterQueue);
  const most = found && mostOf(found);
  return { name: text(object, "metadata", "name") ?? "", clusterQueue, most };
}

/** What one group of pods can get: each resource from one flavor. Undefined where more may be borrowed. */
function mostOf(clusterQueue: KubeObject): Thousandths | undefined {
  const cohort = text(clusterQueue, "spec", "cohort") ?? text(clusterQueue, "spec", "cohortName");
  if (cohort !== undefined) return undefined;
  const most: Record<string, number> = {};
  for (const group of list(clusterQueue, "spec", "resourceGroups"))
    for (const flavor of list(group, "flavors"))
      for (const resource of list(flavor, "resources")) {
        const name = text(resource, "name") ?? "";
        const quota = thousandthsOf({ [name]: field(resource, "nominalQuota") })[name];
        if (quota !== undefined) most[name] = Math.max(most[name] ?? 0, quota);
      }
  return most;
}
