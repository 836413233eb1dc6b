// What the API says about itself: versions, groups, resources, and just enough OpenAPI for kubectl.
import { apiVersionOf, type Resource, resources } from "./resources.ts";

export const kubernetesVersion = "1.34.4";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const reviews = [
  { group: "authorization.k8s.io", kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews" },
  { group: "authorization.k8s.io", kind: "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews" },
  { group: "authentication.k8s.io", kind: "SelfSubjectReview", plural: "selfsubjectreviews" },
];

export function versionAnswer(): object {
  const [major, minor] = kubernetesVersion.split(".");
  return {
    major,
    minor,
    gitVersion: `v${kubernetesVersion}`,
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "none",
    compiler: "none",
    platform: "sandbox",
  };
}

/** Group and version pairs, the core group first. */
function groupVersions(): { group: string; version: string }[] {
  const seen = new Map<string, { group: string; version: string }>();
  for (const { group, version } of resources) seen.set(`${group}/${version}`, { group, version });
  for (const { group } of reviews) seen.set(`${group}/v1`, { group, version: "v1" });
  return Array.from(seen.values());
}

/** The answer of a discovery path; undefined for a path that is none. */
export function discoveryAnswer(path: string, accept: string | undefined): object | undefined {
  const aggregated = (accept ?? "").includes("as=APIGroupDiscoveryList");
  if (path === "/api") {
    if (aggregated) return aggregatedList([{ group: "", version: "v1" }]);
    return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  }
  const groups = groupVersions().filter((one) => one.group !== "");
  if (path === "/apis") {
    if (aggregated) return aggregatedList(groups);
    return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(apiGroup) };
  }
  if (path === "/api/v1") return resourceList("", "v1");
  const named = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  const found = groups.find((one) => one.group === named?.[1] && (!named[2] || one.version === named[2]));
  if (!named || !found) return undefined;
  if (named[2]) return resourceList(found.group, found.version);
  return { kind: "APIGroup", apiVersion: "v1", ...apiGroup(found) };
}

function apiGroup({ group, version }: { group: string; version: string }): object {
  const preferred = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferred], preferredVersion: preferred };
}

function resourceList(group: string, version: string): object {
  const own = resources.filter((one) => one.group === group && one.version === version);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: group ? `${group}/${version}` : version,
    resources: [
      ...own.flatMap((one) => [plainResource(one), ...one.subresources.map((sub) => subresource(one, sub))]),
      ...reviews
        .filter((one) => one.group === group)
        .map(({ kind, plural }) => ({
          name: plural,
          singularName: kind.toLowerCase(),
          namespaced: false,
          kind,
          verbs: ["create"],
        })),
    ],
  };
}

function plainResource(one: Resource): object {
  return {
    name: one.plural,
    singularName: one.singular,
    namespaced: one.namespaced,
    kind: one.kind,
    verbs,
    shortNames: one.shortNames,
    categories: one.categories,
  };
}

/** The verbs and the kind of a subresource. */
function subresourceFacts(one: Resource, sub: string): { kind: string; verbs: string[] } {
  switch (sub) {
    case "log":
      return { kind: one.kind, verbs: ["get"] };
    case "scale":
      return { kind: "Scale", verbs: ["get", "patch", "update"] };
    case "exec":
    case "attach":
    case "portforward":
      return {
        kind: `Pod${sub === "portforward" ? "PortForward" : sub === "exec" ? "Exec" : "Attach"}Options`,
        verbs: ["create", "get"],
      };
    case "proxy":
      return { kind: `${one.kind}ProxyOptions`, verbs: ["create", "delete", "get", "patch", "update"] };
    case "eviction":
      return { kind: "Eviction", verbs: ["create"] };
    case "binding":
      return { kind: "Binding", verbs: ["create"] };
    default:
      return { kind: one.kind, verbs: ["get", "patch", "update"] };
  }
}

function subresource(one: Resource, sub: string): object {
  return {
    name: `${one.plural}/${sub}`,
    singularName: "",
    namespaced: one.namespaced,
    ...subresourceFacts(one, sub),
  };
}

function aggregatedList(groups: { group: string; version: string }[]): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ group, version }) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [
        {
          version,
          freshness: "Current",
          resources: [
            ...resources.filter((one) => one.group === group && one.version === version).map(aggregatedOne),
            ...reviews
              .filter((one) => one.group === group)
              .map(({ kind, plural }) => ({
                resource: plural,
                responseKind: { group, version, kind },
                scope: "Cluster",
                singularResource: kind.toLowerCase(),
                verbs: ["create"],
              })),
          ],
        },
      ],
    })),
  };
}

function aggregatedOne(one: Resource): object {
  return {
    resource: one.plural,
    responseKind: { group: one.group, version: one.version, kind: one.kind },
    scope: one.namespaced ? "Namespaced" : "Cluster",
    singularResource: one.singular,
    verbs,
    shortNames: one.shortNames,
    categories: one.categories,
    subresources: one.subresources.map((sub) => ({
      subresource: sub,
      responseKind: { group: one.group, version: one.version, kind: subresourceFacts(one, sub).kind },
      verbs: subresourceFacts(one, sub).verbs,
    })),
  };
}

/**
 * `/openapi/v3` and its documents. kubectl looks here for one thing before `apply`: whether the server
 * validates fields by itself (a PATCH with the parameter `fieldValidation`).
 */
export function openApiAnswer(path: string): object | undefined {
  const places = groupVersions().map(({ group, version }) =>
    group ? `apis/${group}/${version}` : `api/${version}`,
  );
  if (path === "/openapi/v3") {
    return {
      paths: Object.fromEntries(
        places.map((place) => [place, { serverRelativeURL: `/openapi/v3/${place}?hash=1` }]),
      ),
    };
  }
  const place = path.slice("/openapi/v3/".length);
  if (!path.startsWith("/openapi/v3/") || !places.includes(place)) return undefined;
  const own = resources.filter((one) => rootPath(one) === `/${place}`);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: `v${kubernetesVersion}` },
    paths: Object.fromEntries(own.map((one) => [`${objectPath(one)}`, { patch: patchOperation(one) }])),
    components: { schemas: Object.fromEntries(own.map((one) => [schemaName(one), schema(one)])) },
  };
}

function rootPath(one: Resource): string {
  return one.group ? `/apis/${apiVersionOf(one)}` : `/api/${one.version}`;
}

function objectPath(one: Resource): string {
  return `${rootPath(one)}${one.namespaced ? "/namespaces/{namespace}" : ""}/${one.plural}/{name}`;
}

function schemaName(one: Resource): string {
  return `sandbox.${one.group || "core"}.${one.version}.${one.kind}`;
}

function groupVersionKind(one: Resource): object {
  return { group: one.group, version: one.version, kind: one.kind };
}

function patchOperation(one: Resource): object {
  return {
    operationId: `patch${one.kind}`,
    parameters: ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
      name,
      in: "query",
      schema: { type: "string" },
    })),
    responses: { 200: { description: "OK" } },
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": groupVersionKind(one),
  };
}

function schema(one: Resource): object {
  return {
    description: `${one.kind}, as the sandbox keeps it: any fields.`,
    type: "object",
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
    "x-kubernetes-preserve-unknown-fields": true,
    "x-kubernetes-group-version-kind": [groupVersionKind(one)],
  };
}
