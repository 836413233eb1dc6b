// The patches of the API: JSON patch, merge patch, strategic merge (lists by key), and a simple apply.
import { ApiFailure, badRequest } from "./failure.ts";

type Json = unknown;
type Fields = Record<string, Json>;

export type PatchType = "json" | "merge" | "strategic" | "apply";

/** By content type; undefined for one that is no patch. */
export function patchType(contentType: string): PatchType | undefined {
  const [type] = contentType.split(";");
  switch (type?.trim()) {
    case "application/json-patch+json":
      return "json";
    case "application/merge-patch+json":
      return "merge";
    case "application/strategic-merge-patch+json":
      return "strategic";
    case "application/apply-patch+yaml":
      return "apply";
    default:
      return undefined;
  }
}

/** The patched copy; `before` is not touched. @throws ApiFailure for a patch that does not fit. */
export function applyPatch(type: PatchType, before: object, patch: Json): object {
  const copy = structuredClone(before);
  if (type === "json") return jsonPatch(copy, patch);
  if (!isFields(patch)) throw badRequest("the patch is no object");
  const merged = type === "merge" ? mergePatch(copy, patch) : strategic(copy as Fields, patch);
  return merged as object;
}

function isFields(value: Json): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mergePatch(target: Json, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? target : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Lists that merge by a key of their entries; every other list is replaced. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  ports: ["containerPort", "port"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  conditions: ["type"],
  ownerReferences: ["uid"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey"],
};

function strategic(target: Fields, patch: Fields): Fields {
  if (patch["$patch"] === "replace") {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  if (patch["$patch"] === "delete") return {};
  const retained = patch["$retainKeys"];
  if (Array.isArray(retained)) {
    for (const key of Object.keys(target)) if (!retained.includes(key)) delete target[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === "$retainKeys" || key.startsWith("$setElementOrder/")) continue;
    if (key.startsWith("$deleteFromPrimitiveList/")) {
      const name = key.slice("$deleteFromPrimitiveList/".length);
      const list = target[name];
      if (Array.isArray(list) && Array.isArray(value))
        target[name] = list.filter((one) => !value.includes(one));
    } else if (value === null) delete target[key];
    else target[key] = strategicValue(key, target[key], value);
  }
  return target;
}

function strategicValue(key: string, before: Json, value: Json): Json {
  if (isFields(value)) return strategic(isFields(before) ? before : {}, value);
  if (!Array.isArray(value)) return value;
  if (key === "finalizers") return Array.from(new Set([...(Array.isArray(before) ? before : []), ...value]));
  const mergeKey = (mergeKeys[key] ?? []).find((one) =>
    value.some((entry) => isFields(entry) && entry[one] !== undefined),
  );
  if (mergeKey === undefined) return value;
  return mergeList(mergeKey, Array.isArray(before) ? before : [], value);
}

function mergeList(mergeKey: string, before: Json[], patch: Json[]): Json[] {
  if (patch.some((entry) => isFields(entry) && entry["$patch"] === "replace")) {
    return patch.filter((entry) => !(isFields(entry) && entry["$patch"] === "replace"));
  }
  let result = [...before];
  for (const entry of patch) {
    if (!isFields(entry)) continue;
    const same = (one: Json) => isFields(one) && one[mergeKey] === entry[mergeKey];
    if (entry["$patch"] === "delete") {
      result = result.filter((one) => !same(one));
      continue;
    }
    const index = result.findIndex(same);
    const current = result[index];
    if (isFields(current)) result[index] = strategic(current, entry);
    else result.push(strategic({}, entry));
  }
  return result;
}

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: Json;
}

function jsonPatch(target: object, patch: Json): object {
  if (!Array.isArray(patch)) throw badRequest("a JSON patch is a list of operations");
  let document: Json = target;
  for (const one of patch as Operation[]) {
    if (!isFields(one) || typeof one.path !== "string") throw badRequest("an operation needs op and path");
    document = operate(document, one);
  }
  return document as object;
}

function operate(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case "add":
      return write(document, steps(path), value, true);
    case "replace":
      read(document, steps(path));
      return write(document, steps(path), value, false);
    case "remove":
      read(document, steps(path));
      return take(document, steps(path));
    case "copy":
      return write(document, steps(path), structuredClone(read(document, steps(from ?? ""))), true);
    case "move": {
      const moved = read(document, steps(from ?? ""));
      return write(take(document, steps(from ?? "")), steps(path), moved, true);
    }
    case "test":
      if (JSON.stringify(read(document, steps(path))) !== JSON.stringify(value)) {
        throw unfit(`testing value ${path} failed`);
      }
      return document;
    default:
      throw badRequest(`unknown operation ${op}`);
  }
}

function unfit(message: string): ApiFailure {
  return new ApiFailure(
    422,
    "Invalid",
    `the server rejected our request due to an error in our request: ${message}`,
  );
}

function steps(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function child(document: Json, step: string): Json {
  if (Array.isArray(document)) return document[Number(step)];
  return isFields(document) && Object.hasOwn(document, step) ? document[step] : undefined;
}

function read(document: Json, path: string[]): Json {
  let current = document;
  for (const step of path) {
    current = child(current, step);
    if (current === undefined) throw unfit(`path /${path.join("/")} does not exist`);
  }
  return current;
}

function write(document: Json, path: string[], value: Json, insert: boolean): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    if (last === "-") parent.push(value);
    else parent.splice(Number(last), insert ? 0 : 1, value);
  } else if (isFields(parent) && last !== "__proto__") parent[last] = value;
  return document;
}

function take(document: Json, path: string[]): Json {
  const last = path.at(-1) ?? "";
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isFields(parent)) delete parent[last];
  return document;
}
