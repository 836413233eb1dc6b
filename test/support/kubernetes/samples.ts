// Makes plain objects from schemas: the smallest that a schema allows, and the ways to every struct in it.
import type { Schema, StructSchema } from "../../../src/core/kube/schema/schema.ts";

export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** A field's name, `[]` for the item of a list, `{}` for the value of a map. */
export type Way = readonly string[];

/** Values that many fields of the name take. */
const BY_NAME: Readonly<Record<string, Plain>> = {
  apiVersion: "v1",
  kind: "Pod",
  name: "a",
  image: "a",
  schedule: "0 0 * * *",
  port: 80,
  containerPort: 80,
  path: "/a",
  mountPath: "/a",
  devicePath: "/a",
  key: "a",
  server: "a",
  monitors: ["a"],
  expression: "true",
  rule: "self == self",
  topologyKey: "kubernetes.io/hostname",
  apiGroup: "rbac.authorization.k8s.io",
  matchLabels: { app: "a" },
  cidr: "10.0.0.0/8",
  ip: "10.0.0.1",
  verbs: ["get"],
  resources: ["pods"],
  apiGroups: [""],
  apiVersions: ["v1"],
  whenUnsatisfiable: "DoNotSchedule",
  maxSkew: 1,
  url: "https://a.example/a",
  addressType: "IPv4",
  addresses: ["10.0.0.1"],
  driver: "a.example",
  driverName: "a.example",
  provisioner: "a.example/a",
  attacher: "a.example",
  value: "1",
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  weight: 1,
};

/** Of which the schema says too little. */
const BY_DEFINITION: Readonly<Record<string, Plain>> = {
  "io.k8s.api.core.v1.PodTemplateSpec": {
    metadata: { labels: { app: "a" } },
    spec: { containers: [{ name: "a", image: "a" }] },
  },
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
  },
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector": { matchLabels: { app: "a" } },
};

/** The smallest value of a schema. @param name of the field that it is for. */
export function smallest(schema: Schema, name = "", depth = 0): Plain {
  const known = BY_NAME[name];
  if (known !== undefined && fits(known, schema)) return known;
  switch (schema.type) {
    case "struct": {
      if (depth > 12) return {};
      const fixed = BY_DEFINITION[schema.name ?? ""];
      if (fixed !== undefined) return fixed;
      const required = [...schema.fields].filter(([, field]) => field.required);
      return Object.fromEntries(
        required.map(([field, { schema: inner }]) => [field, smallest(inner, field, depth + 1)]),
      );
    }
    case "list":
      return [smallest(schema.items, name.replace(/s$/, ""), depth + 1)];
    case "map":
      return { a: smallest(schema.values, "", depth + 1) };
    case "any":
      return {};
    case "boolean":
      return true;
    case "quantity":
      return "1";
    case "string":
      return schema.values?.[0] ?? schema.suggested?.[0] ?? FORMATS[schema.format ?? ""] ?? "a";
    default:
      return 1;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  byte: "YQ==",
  "date-time": "2024-01-01T00:00:00Z",
  "micro-time": "2024-01-01T00:00:00.000000Z",
  duration: "1s",
};

function fits(value: Plain, schema: Schema): boolean {
  if (Array.isArray(value)) return schema.type === "list" && schema.items.type === "string";
  if (typeof value === "object") return schema.type === "map";
  if (typeof value === "number") return schema.type === "integer" || schema.type === "integer-or-string";
  return schema.type === "string" && (schema.values?.includes(String(value)) ?? schema.format === undefined);
}

/** Up to `most` ways to every struct below `root`, short ones first; `status` is left out. */
export function waysTo(root: StructSchema, most: number): Map<StructSchema, Way[]> {
  const ways = new Map<StructSchema, Way[]>([[root, [[]]]]);
  const queue: { struct: StructSchema; way: Way }[] = [{ struct: root, way: [] }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const [name, { schema }] of next.struct.fields) {
      if (next.way.length === 0 && name === "status") continue;
      const [target, steps] = innerStruct(schema);
      if (!target) continue;
      const known = ways.get(target) ?? [];
      if (known.length >= most) continue;
      const way = [...next.way, name, ...steps];
      ways.set(target, [...known, way]);
      queue.push({ struct: target, way });
    }
  }
  return ways;
}

function innerStruct(schema: Schema): [StructSchema | undefined, string[]] {
  if (schema.type === "struct") return [schema, []];
  if (schema.type === "list" || schema.type === "map") {
    const [target, steps] = innerStruct(schema.type === "list" ? schema.items : schema.values);
    return [target, [schema.type === "list" ? "[]" : "{}", ...steps]];
  }
  return [undefined, []];
}

/** `value` at the end of `way`, with the smallest that is needed on the way, and where it stands in words. */
export function placedAt(root: StructSchema, way: Way, value: Plain): { object: Plain; path: string } {
  const path = way.reduce(
    (text, step) =>
      step === "[]" ? `${text}[0]` : step === "{}" ? `${text}[a]` : text === "" ? step : `${text}.${step}`,
    "",
  );
  return { object: place(root, way, value), path };
}

function place(schema: Schema, way: Way, value: Plain): Plain {
  const [step, ...rest] = way;
  if (step === undefined) return value;
  if (schema.type === "list") return [place(schema.items, rest, value)];
  if (schema.type === "map") return { a: place(schema.values, rest, value) };
  if (schema.type !== "struct") return value;
  const inner = schema.fields.get(step)?.schema ?? { type: "any" };
  return { ...(smallest(schema) as { [key: string]: Plain }), [step]: place(inner, rest, value) };
}
