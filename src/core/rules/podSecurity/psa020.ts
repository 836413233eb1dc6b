// PSA020: the labels by which a Namespace asks for a level of Pod Security.
import { LEVELS, parseLevel, parseVersion } from "../../policy/podSecurity/level.ts";
import { LABEL_PREFIX, MODES } from "../../policy/podSecurity/namespace.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { nearest } from "../../syntax/nearest.ts";
import { entriesOf, type MapEntry, nodeAt, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const psa020: Rule = {
  id: "PSA020",
  title: "Pod Security labels must name a level or a version",
  severity: "error",
  why: "The API server refuses a Namespace whose pod-security.kubernetes.io label has a value that it does not know; a label of another name is taken and protects nothing.",
  source:
    "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
  appliesTo: "object",
  good: `apiVersion: v1
kind: Namespace
metadata:
  name: ml
  labels:
    pod-security.kubernetes.io/enforce: baseline
    pod-security.kubernetes.io/enforce-version: v1.34
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: latest
`,
  bad: `apiVersion: v1
kind: Namespace
metadata:
  name: ml
  labels:
    pod-security.kubernetes.io/enforce: «restrict»
    pod-security.kubernetes.io/enforce-version: «"1.34"»
    «pod-security.kubernetes.io/warning»: restricted
`,
  *check({ kind, group, root }, text) {
    if (kind !== "Namespace" || group !== "") return;
    for (const entry of entriesOf(nodeAt(root, "metadata", "labels"))) {
      if (!entry.key.text.startsWith(LABEL_PREFIX)) continue;
      const name = entry.key.text.slice(LABEL_PREFIX.length);
      if (MODES.some((mode) => name === mode)) yield* level(entry, text);
      else if (MODES.some((mode) => name === `${mode}-version`)) yield* version(entry, text);
      else yield unknown(entry, name, text);
    }
  },
};

function* level(entry: MapEntry, text: string): Iterable<Problem> {
  const value = textOf(entry.value) ?? "";
  if (parseLevel(value)) return;
  yield {
    at: placeOf(entry),
    message: "The level must be privileged, baseline or restricted; the API server refuses this Namespace.",
    ...fixOf(entry, text, nearest(value, LEVELS)),
  };
}

function* version(entry: MapEntry, text: string): Iterable<Problem> {
  const value = textOf(entry.value) ?? "";
  if (parseVersion(value) !== undefined) return;
  const meant = /^v?(1\.(?:0|[1-9]\d?))(?:\.\d+)?$/.exec(value)?.[1];
  yield {
    at: placeOf(entry),
    message: "The version must be latest or as v1.34; the API server refuses this Namespace.",
    ...fixOf(entry, text, meant && `v${meant}`),
  };
}

function unknown(entry: MapEntry, name: string, text: string): Problem {
  const known = MODES.flatMap((mode) => [mode, `${mode}-version`]);
  const meant = nearest(name, known);
  const fix = { title: `Name it ${LABEL_PREFIX}${meant}`, edits: meant ? [rename(entry, meant, text)] : [] };
  return {
    at: entry.key,
    message: `Pod Security knows no label ${name}, so this one protects nothing: there are ${known.join(", ")}.`,
    severity: "warning",
    fixes: meant ? [fix] : [],
  };
}

function rename({ key }: MapEntry, name: string, text: string) {
  return replaceScalar(text, key, LABEL_PREFIX + name);
}

function placeOf({ key, value }: MapEntry) {
  return value.end > value.start ? value : key;
}

function fixOf(entry: MapEntry, text: string, meant: string | undefined): Pick<Problem, "fixes"> {
  if (meant === undefined || entry.value.end === entry.value.start || entry.value.kind !== "scalar")
    return {};
  return { fixes: [{ title: `Write ${meant}`, edits: [replaceScalar(text, entry.value, meant)] }] };
}
