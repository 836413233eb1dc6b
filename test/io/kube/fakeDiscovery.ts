// What a scripted API server says of the kinds it serves.
import type { FakeKind, SeenRequest } from "./fakeApiServer.ts";

/** What a server that has `kinds` tells of them; undefined for other questions. @param isOld it tells of its groups one by one. */
export function discoveryOf(
  seen: SeenRequest,
  kinds: readonly FakeKind[],
  isOld: boolean,
): object | undefined {
  const groups = new Map<string, FakeKind[]>();
  for (const kind of kinds) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind]);
  const own = Array.from(groups).filter(([group]) => (group === "") === (seen.path === "/api"));
  const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
  if (seen.path === "/api" || seen.path === "/apis") {
    if (!isOld && seen.headers.accept?.includes("as=APIGroupDiscoveryList")) {
      const items = own.map(([group, kinds]) => ({
        metadata: { name: group },
        versions: Array.from(new Set(kinds.map((kind) => kind.version)), (version) => ({
          version,
          freshness: "Current",
          resources: kinds
            .filter((kind) => kind.version === version)
            .map((kind) => ({
              resource: kind.plural,
              responseKind: { group, version, kind: kind.kind },
              scope: kind.clusterWide ? "Cluster" : "Namespaced",
              verbs: kind.verbs ?? verbs,
            })),
        })),
      }));
      return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", items };
    }
    if (seen.path === "/api") return { kind: "APIVersions", versions: ["v1"] };
    return {
      kind: "APIGroupList",
      groups: own.map(([group, kinds]) => {
        const versions = Array.from(new Set(kinds.map((kind) => kind.version)), (version) => ({ version }));
        return { name: group, versions, preferredVersion: versions[0] };
      }),
    };
  }
  const place = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(seen.path);
  const found = place && groups.get(place[1] ?? "")?.filter((kind) => kind.version === place[2]);
  return found && found.length > 0
    ? {
        kind: "APIResourceList",
        resources: found.flatMap((kind) => [
          {
            name: kind.plural,
            kind: kind.kind,
            namespaced: kind.clusterWide !== true,
            verbs: kind.verbs ?? verbs,
          },
          { name: `${kind.plural}/status`, kind: kind.kind, namespaced: true, verbs: ["get"] },
        ]),
      }
    : undefined;
}
