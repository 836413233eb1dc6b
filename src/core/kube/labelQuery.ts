// Reads a label selector as people write it after `kubectl get -l`.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
import type { LabelExpression } from "./labels.ts";
import { labelValue } from "./labelText.ts";

/** What stands at a place of a text, and where that ends; or the sentence why it is no selector. */
export type ReadQuery = { expressions: LabelExpression[]; end: number } | { problem: string };

const KEY = /[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?/y;
const EQUAL = /\s*(==?|!=)\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?/y;
const AMONG = /\s+(in|notin)\s*\(([^()]*)\)/y;
const COMMA = /\s*,\s*/y;

/** Ends at the first blank that can't belong to it. */
export function readLabelQuery(text: string, start: number): ReadQuery {
  const expressions: LabelExpression[] = [];
  for (let at = start; ; ) {
    const isNot = text[at] === "!";
    const key = match(KEY, text, isNot ? at + 1 : at);
    if (!key) return { problem: "After label: stands the name of a label, as in label:app=llm." };
    at = key.end;
    const equal = match(EQUAL, text, at);
    const among = equal ? undefined : match(AMONG, text, at);
    const found = equal ?? among;
    if (isNot && found) return { problem: `Write !${key.all} alone, or ${key.all}!=value.` };
    if (equal) {
      const [operator, value = ""] = equal.groups;
      expressions.push({ key: key.all, operator: operator === "!=" ? "NotIn" : "In", values: [value] });
    } else if (among) {
      const values = (among.groups[1] ?? "").split(",").map((value) => value.trim());
      expressions.push({ key: key.all, operator: among.groups[0] === "in" ? "In" : "NotIn", values });
    } else expressions.push({ key: key.all, operator: isNot ? "DoesNotExist" : "Exists", values: [] });
    at = found?.end ?? at;
    const comma = match(COMMA, text, at);
    if (!comma) return { expressions, end: at };
    at = comma.end;
  }
}

/** @param labels as rows keep them. */
export function hasLabels(expressions: readonly LabelExpression[], labels: string | undefined): boolean {
  return expressions.every(({ key, operator, values }) => {
    const value = labelValue(labels, key);
    if (operator === "In") return value !== undefined && values.includes(value);
    if (operator === "NotIn") return value === undefined || !values.includes(value);
    return operator === "DoesNotExist" ? value === undefined : value !== undefined;
  });
}

function match(
  pattern: RegExp,
  text: string,
  at: number,
): { all: string; groups: (string | undefined)[]; end: number } | undefined {
  const own = new RegExp(pattern);
  own.lastIndex = at;
  const found = own.exec(text);
  return found ? { all: found[0], groups: found.slice(1), end: own.lastIndex } : undefined;
}
