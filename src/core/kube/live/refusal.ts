// What a server says of an object, sentence by sentence, each at the place in the manifest that it speaks of.
import { type Span, spanOf } from "../../syntax/lines.ts";
import { type MapEntry, nodeAt, nodesAt, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { SetObject } from "../objectSet.ts";
import { resourceEntries } from "../podTemplates.ts";
import { withoutObjects } from "../serverWords.ts";
import type { Refusal } from "./answers.ts";
import { liveReferences } from "./references.ts";
import { type FieldPlace, placeOfField } from "./serverField.ts";

/** What is said of the object as a whole stands at its name. */
export function nameSpan({ object: { root } }: SetObject): Span {
  const node = nodeAt(root, "metadata", "name") ?? nodeAt(root, "kind") ?? root;
  return spanOf(node);
}

/** Each thing that the server refuses, at its place. */
export function refusalProblems(object: SetObject, { message, causes }: Refusal): Problem[] {
  const secret = object.object.kind === "Secret" && object.object.group === "";
  const told = causes.filter(({ field, message: cause }) => field !== "" && cause !== "");
  if (told.length > 0) {
    const placed = told.map((cause) => ({ cause, place: placeOf(object, cause.field) }));
    // A field that the server has filled in from another has the fault of that one.
    const same = (message: string) =>
      placed.some(({ cause, place }) => cause.message === message && place?.whole);
    const own = placed.filter(({ cause, place }) => place?.whole || !same(cause.message));
    return own.map(({ cause, place }) => {
      const words = secret || isValueOfEnvironment(cause.field) ? withoutValue(cause.message) : cause.message;
      const missing = place?.whole ? "" : `${cause.field}: `;
      return { at: place?.at ?? nameSpan(object), message: sentence(`${missing}${words}`) };
    });
  }
  return spoken(secret ? withoutValue(message) : message).map((words) => ({
    at: placeInWords(object, words) ?? nameSpan(object),
    message: sentence(words),
  }));
}

/** What is in a Secret is not even pointed at: who shows a place shows its line. */
function placeOf({ object }: SetObject, field: string): FieldPlace | undefined {
  return object.kind === "Secret" && /^(?:data|stringData)\b/.test(field)
    ? undefined
    : placeOfField(object.root, field);
}

/** A warning at the field that it names. */
export function warningProblem(object: SetObject, warning: string): Problem {
  const secret = object.object.kind === "Secret" && object.object.group === "";
  const words = secret ? withoutValue(warning) : warning;
  return { at: placeInWords(object, words) ?? nameSpan(object), message: sentence(words) };
}

const MOST_LENGTH = 600;

function sentence(words: string): string {
  const said = withoutObjects(words)
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
  const one = said.length > MOST_LENGTH ? `${said.slice(0, MOST_LENGTH)}…` : said;
  return /[.!?…]$/.test(one) ? one : `${one}.`;
}

/** A value may be a secret: what is wrong with it is said without it. */
function withoutValue(message: string): string {
  return message
    .replaceAll(/((?:Invalid|Unsupported|Duplicate) value: )(?:"(?:[^"\\]|\\.)*"|[^:\s]+)/g, "$1(not shown)")
    .replaceAll(/(parsing )"(?:[^"\\]|\\.)*"/g, "$1(not shown)")
    .replaceAll(/(illegal base64 data at input byte \d+).*/g, "$1");
}

function isValueOfEnvironment(field: string): boolean {
  return /(?:^|\.)env\[[^\]]*\]\.value$/.test(field);
}

/** The faults of a strict decoder, and of a merge, stand in one message; else the message is one thing. */
function spoken(message: string): string[] {
  const strict = /strict decoding error: ([^]*)$/.exec(message)?.[1];
  if (strict !== undefined) return strict.split(/, (?=unknown field|duplicate field|json:)/);
  const typed = /^failed to create typed patch object \(.*?\): ([^]*)$/.exec(message)?.[1];
  if (typed !== undefined)
    return typed
      .replace(/^errors:\s*/, "")
      .split(/\n\s*/)
      .filter((line) => line !== "");
  return [message];
}

/** A field that is named in a sentence, or the resource that a quota or a LimitRange speaks of. */
function placeInWords(object: SetObject, words: string): Span | undefined {
  const { root } = object.object;
  for (const [, field = ""] of words.matchAll(
    /(?:^|[\s"'(])\.?((?:spec|metadata|data|status|stringData)[.[][^\s"',;:()]*(?:"[^"]*"\]?[^\s"',;:()]*)*)/g,
  )) {
    const place = placeOf(object, field.replace(/[.,]+$/, ""));
    if (place) return isUnknown(words) ? place.key : place.at;
  }
  const unknown = /^\.?([A-Za-z_]\w*): field not declared in schema/.exec(words)?.[1];
  const top = unknown === undefined ? undefined : placeOfField(root, unknown);
  return (
    top?.key ?? namedPlace(object, words) ?? resourcePlace(object, words) ?? containerPlace(object, words)
  );
}

/** Another object that is said not to be there. */
function namedPlace(object: SetObject, words: string): Span | undefined {
  if (!/not found|was found/.test(words)) return undefined;
  const lower = words.toLowerCase();
  for (const { kind, name, node } of liveReferences(object))
    if (lower.includes(kind.toLowerCase()) && words.split(/[\s":,/]+/).includes(name)) return spanOf(node);
  return undefined;
}

/** Then it is the name that is wrong, not what it says. */
function isUnknown(words: string): boolean {
  return /unknown field|duplicate field|not declared in schema/.test(words);
}

const OF_RESOURCE =
  /(?:maximum|minimum) ([\w./-]+) usage per|([\w./-]+) max limit to request ratio|requested: ([^:]*?)(?:, used:|$)|must specify ([\w./,-]+)/;

function resourcePlace(object: SetObject, words: string): Span | undefined {
  const match = OF_RESOURCE.exec(words);
  if (!match) return undefined;
  const named = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? "").split(",");
  for (const name of named) {
    const entry = resourceEntry(object, name.replace(/=.*$/, "").trim());
    if (entry) return spanOf(entry.value);
  }
  return containersPlace(object);
}

/** The first container's entry for what a quota calls `requests.nvidia.com/gpu`, `limits.cpu` or `memory`. */
export function resourceEntry(object: SetObject, quotaName: string): MapEntry | undefined {
  const [, side, name = quotaName] = /^(?:(requests|limits)\.)?(.+)$/.exec(quotaName) ?? [];
  const sides = side === "limits" ? (["limits"] as const) : (["requests", "limits"] as const);
  for (const pod of object.pods)
    for (const container of pod.containers)
      for (const one of sides)
        for (const entry of resourceEntries(container, one)) if (entry.key.text === name) return entry;
  return undefined;
}

/** What is said of a container that is named in words: its field if that is there, else its name. */
function containerPlace(object: SetObject, words: string): Span | undefined {
  const names = Array.from(words.matchAll(/containers? ((?:"[^"]+"(?:, )?)+)/g)).flatMap(([, list = ""]) =>
    Array.from(list.matchAll(/"([^"]+)"/g), ([, name]) => name ?? ""),
  );
  for (const pod of object.pods)
    for (const container of pod.containers) {
      const node = nodeAt(container.node, "name");
      if (!node || !names.includes(container.name)) continue;
      const field = /securityContext(?:\.\w+)*/.exec(words)?.[0] ?? "";
      const place = placeOfField(container.node, field);
      return place?.whole ? place.at : spanOf(node);
    }
  return undefined;
}

function containersPlace({ pods }: SetObject): Span | undefined {
  const [pod] = pods;
  const [name] = pod ? nodesAt(pod.spec, ["containers", "*", "name"]) : [];
  return name && textOf(name) !== undefined ? spanOf(name) : undefined;
}
