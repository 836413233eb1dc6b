// Which kinds a cluster serves, from the API's own account of itself.
// Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
import { field, list, text } from "./object.ts";

export interface ServedKind {
  kind: string;
  /** Empty for the core group. */
  group: string;
  /** The one the server prefers among those that have the kind. */
  version: string;
  plural: string;
  namespaced: boolean;
  verbs: readonly string[];
}

/** A version of a group whose own server does not answer: what it serves is not known. */
export interface SilentVersion {
  /** `metrics.k8s.io/v1beta1`. */
  version: string;
  /** Why, as the cluster says it. */
  cause?: string;
}

/** What an aggregated document says. */
export interface Discovery {
  kinds: ServedKind[];
  silent: SilentVersion[];
}

/** Where the cluster says why: the APIService of that version. */
export function apiServicePath(silent: SilentVersion): string {
  const [group = "", version = ""] = silent.version.split("/").map(encodeURIComponent);
  return `/apis/apiregistration.k8s.io/v1/apiservices/${version}.${group}`;
}

/** Why an APIService is not available; undefined where it is, or does not say. */
export function unavailableCause(apiService: unknown): string | undefined {
  const condition = list(apiService, "status", "conditions").find((one) => text(one, "type") === "Available");
  return text(condition, "status") === "True" ? undefined : text(condition, "message");
}

/** What asks for all groups and their kinds in one answer (Kubernetes 1.26 and newer). */
export const aggregatedDiscovery = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** An APIGroupDiscoveryList; undefined when the answer is another, as of an older server. */
export function readAggregated(answer: unknown): Discovery | undefined {
  if (text(answer, "kind") !== "APIGroupDiscoveryList") return undefined;
  const kinds: ServedKind[] = [];
  const silent: SilentVersion[] = [];
  for (const group of list(answer, "items")) {
    const name = text(group, "metadata", "name") ?? "";
    for (const entry of list(group, "versions")) {
      const version = text(entry, "version");
      if (version === undefined) continue;
      if (text(entry, "freshness") === "Stale") silent.push({ version: `${name}/${version}` });
      for (const resource of list(entry, "resources")) {
        const kind = text(resource, "responseKind", "kind");
        const plural = text(resource, "resource");
        if (kind === undefined || plural === undefined) continue;
        kinds.push({
          kind,
          group: name,
          version,
          plural,
          namespaced: text(resource, "scope") === "Namespaced",
          verbs: list(resource, "verbs").map(String),
        });
      }
    }
  }
  return { kinds: firstOfEach(kinds), silent };
}

/** The groups of an APIGroupList with their versions, the preferred one first. */
export function readGroups(answer: unknown): { group: string; versions: string[] }[] {
  return list(answer, "groups").map((group) => {
    const preferred = text(group, "preferredVersion", "version");
    const versions = list(group, "versions").flatMap((entry) => text(entry, "version") ?? []);
    return {
      group: text(group, "name") ?? "",
      versions: versions.sort((one, other) => Number(other === preferred) - Number(one === preferred)),
    };
  });
}

/** The kinds of an APIResourceList; `pods/log` and the like are no kinds. */
export function readResources(answer: unknown, group: string, version: string): ServedKind[] {
  return list(answer, "resources").flatMap((resource) => {
    const [kind, plural] = [text(resource, "kind"), text(resource, "name")];
    if (kind === undefined || plural === undefined || plural.includes("/")) return [];
    const namespaced = field(resource, "namespaced") === true;
    return [{ kind, group, version, plural, namespaced, verbs: list(resource, "verbs").map(String) }];
  });
}

/** Versions come in the server's order of preference: of each kind the first counts. */
export function firstOfEach(kinds: readonly ServedKind[]): ServedKind[] {
  const seen = new Set<string>();
  return kinds.filter(({ group, kind }) => {
    const key = `${group}/${kind}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What can be shown: kinds that can be listed, and of the two that are the same Events only one. */
export function shownKinds(kinds: readonly ServedKind[]): ServedKind[] {
  return kinds.filter(
    ({ verbs, group, kind }) => verbs.includes("list") && !(group === "events.k8s.io" && kind === "Event"),
  );
}
