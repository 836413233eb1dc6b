// What one Kubernetes version says of its API: the OpenAPI v3 files in its module, and the enums in its Go code.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface OpenApiSchema {
  description?: string;
  type?: string;
  format?: string;
  $ref?: string;
  allOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema | boolean;
  properties?: Record<string, OpenApiSchema>;
  required?: string[];
  enum?: string[];
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-group-version-kind"?: GroupVersionKind[] | GroupVersionKind;
}

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

export interface KindFacts {
  apiVersion: string;
  kind: string;
  definition: string;
  plural: string;
  namespaced: boolean;
}

export interface VersionFacts {
  definitions: Map<string, OpenApiSchema>;
  kinds: KindFacts[];
}

interface OpenApiFile {
  components?: { schemas?: Record<string, OpenApiSchema> };
  paths?: Record<string, Record<string, { "x-kubernetes-group-version-kind"?: GroupVersionKind }>>;
}

/** Kinds that every group has and no manifest holds. */
const NO_OBJECTS = new Set([
  "DeleteOptions",
  "WatchEvent",
  "Status",
  "APIResourceList",
  "APIGroup",
  "APIVersions",
]);

/** @param folder of the module k8s.io/kubernetes. */
export function readVersion(folder: string): VersionFacts {
  const definitions = new Map<string, OpenApiSchema>();
  const kinds = new Map<string, KindFacts>();
  const specs = join(folder, "api", "openapi-spec", "v3");
  for (const name of readdirSync(specs).filter((file) => /^api__v1_|^apis__.+__v/.test(file))) {
    const file = JSON.parse(readFileSync(join(specs, name), "utf8")) as OpenApiFile;
    const apiVersion = name.replace(/^apis?__|_openapi\.json$/g, "").replace("__", "/");
    const places = placesOf(file);
    for (const [definition, schema] of Object.entries(file.components?.schemas ?? {})) {
      definitions.set(definition, schema);
      for (const { group, version, kind } of [schema["x-kubernetes-group-version-kind"] ?? []].flat()) {
        const own = group === "" ? version : `${group}/${version}`;
        if (own !== apiVersion || NO_OBJECTS.has(kind)) continue;
        const place = places.get(kind) ?? { plural: "", namespaced: false };
        kinds.set(`${own} ${kind}`, { apiVersion, kind, definition, ...place });
      }
    }
  }
  addEnums(definitions, folder);
  return { definitions, kinds: [...kinds.values()] };
}

/** Where objects of each kind are created. */
function placesOf(file: OpenApiFile): Map<string, { plural: string; namespaced: boolean }> {
  const places = new Map<string, { plural: string; namespaced: boolean }>();
  for (const [path, methods] of Object.entries(file.paths ?? {})) {
    const match = /^\/apis?\/(?:[^/]+\/)?v[^/]+\/(namespaces\/\{namespace\}\/)?([^/{}]+)$/.exec(path);
    const made = methods["post"]?.["x-kubernetes-group-version-kind"];
    if (match && made) places.set(made.kind, { plural: match[2] ?? "", namespaced: match[1] !== undefined });
  }
  return places;
}

/**
 * The files leave enums out, which a server serves; Go's generated code has them. In it a property stands five tabs
 * deep, its own enum seven, and that of its items or values ten.
 */
function addEnums(definitions: Map<string, OpenApiSchema>, folder: string): void {
  const path = join(folder, "pkg", "generated", "openapi", "zz_generated.openapi.go");
  if (!existsSync(path)) return;
  const byEnd = new Map([...definitions].map(([name, schema]) => [endOf(name.split(".")), schema]));
  let schema: OpenApiSchema | undefined;
  let property: OpenApiSchema | undefined;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const start = /^func schema_(\w+)\(/.exec(line);
    if (start) schema = byEnd.get(endOf((start[1] ?? "").split("_")));
    const named = /^\t{5}"([^"]+)": \{$/.exec(line);
    if (named) property = schema?.properties?.[named[1] ?? ""];
    const found = /^(\t+)Enum:\s+\[\]interface\{\}\{("[^{}]*")\}/.exec(line);
    if (!found || !property) continue;
    const values = JSON.parse(`[${found[2]}]`) as string[];
    const target = (found[1]?.length ?? 0) <= 7 ? property : innerOf(property);
    if (target?.type === "string") target.enum = values;
  }
}

function endOf(parts: readonly string[]): string {
  return parts.slice(-3).join(".");
}

function innerOf(schema: OpenApiSchema): OpenApiSchema | undefined {
  if (schema.items) return schema.items;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
