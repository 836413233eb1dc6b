// Label and field selectors as the API reads them.
import type { ApiObject } from "../object.ts";
import { badRequest } from "./failure.ts";

export type Matches = (object: ApiObject) => boolean;

/**
 * `a=b,c!=d,e in (x,y),!f,g`; an empty text matches all.
 * @throws ApiFailure 400 for a text that is no selector.
 */
export function labelSelector(text: string | null): Matches {
  const tests = splitOutsideParentheses(text ?? "").map(labelTest);
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function labelTest(part: string): LabelTest {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = "", operator, inside = ""] = set;
    const values = inside.split(",").map((value) => value.trim());
    return operator === "in"
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const compared = /^([^!=\s]+)\s*(==|=|!=)\s*([^=\s]*)$/.exec(part);
  if (compared) {
    const [, key = "", operator, value = ""] = compared;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  if (/^![^!=\s]+$/.test(part)) return (labels) => labels[part.slice(1)] === undefined;
  if (/^[^!=\s]+$/.test(part)) return (labels) => labels[part] !== undefined;
  throw badRequest(`unable to parse requirement: found '${part}', expected: identifier`);
}

/** What a field selector may name; everything else the API refuses. */
const fields: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
  ],
  Event: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.fieldPath",
    "reason",
    "type",
    "source",
    "reportingComponent",
  ],
  Node: ["spec.unschedulable"],
  Namespace: ["status.phase"],
  Secret: ["type"],
  Job: ["status.successful"],
};

/** `status.phase!=Failed,spec.nodeName=n1`. @throws ApiFailure 400 for a field that can't be selected by. */
export function fieldSelector(text: string | null, kind: string): Matches {
  const tests = (text ?? "")
    .split(",")
    .filter((part) => part !== "")
    .map((part) => fieldTest(part, kind));
  return (object) => tests.every((test) => test(object));
}

function fieldTest(part: string, kind: string): Matches {
  const match = /^([\w.]+)(==|=|!=)(.*)$/.exec(part);
  if (!match) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
  const [, path = "", operator, value = ""] = match;
  const known = ["metadata.name", "metadata.namespace", ...(fields[kind] ?? [])];
  if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
  const steps = path.split(".");
  return (object) => (valueAt(object, steps) === value) === (operator !== "!=");
}

function valueAt(object: unknown, steps: readonly string[]): string {
  let current = object;
  for (const step of steps) {
    if (typeof current !== "object" || current === null) return "";
    current = (current as Record<string, unknown>)[step];
  }
  return ["string", "number", "boolean"].includes(typeof current)
    ? `${current as string | number | boolean}`
    : "";
}

/** `matchLabels` as a test, for controllers. */
export function matchesLabels(labels: Readonly<Record<string, string>> | undefined): Matches {
  const wanted = Object.entries(labels ?? {});
  return (object) => wanted.every(([key, value]) => object.metadata.labels?.[key] === value);
}
