// What the rules find in a text, as `RULE «the text found»`, which is easy to compare and to read.
import { WorkspaceFacts } from "../../../src/core/kube/workspaceFacts.ts";
import { check } from "../../../src/core/rules/check.ts";
import { fileFacts } from "../../../src/core/rules/fileFacts.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import type { CheckSettings } from "../../../src/core/rules/levels.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";

export function found(text: string, path = "file.yaml", levels: CheckSettings["levels"] = {}): string[] {
  const lines = new Lines(text);
  return check({ path, text, settings: { levels }, rules }).map((finding) => {
    const { start, end } = finding.range;
    return `${finding.rule} «${text.slice(lines.offsetAt(start), lines.offsetAt(end))}»`;
  });
}

/** As `found`, by one rule alone, of whatever profile. */
export function only(id: string, text: string, path = "file.yaml"): string[] {
  const lines = new Lines(text);
  return findings(id, text, path).map(({ range: { start, end } }) =>
    text.slice(lines.offsetAt(start), lines.offsetAt(end)),
  );
}

/** What one rule says, as `severity message`. */
export function said(id: string, text: string, path = "file.yaml"): string[] {
  return findings(id, text, path).map(({ severity, message }) => `${severity} ${message}`);
}

/** The text after each fix of one rule. */
export function fixed(id: string, text: string, path = "file.yaml"): string[] {
  return findings(id, text, path).flatMap(({ fixes }) => fixes.map((fix) => applyFix(text, fix)));
}

function findings(id: string, text: string, path: string): Finding[] {
  const rule = rules.find((known) => known.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return check({ path, text, settings: { levels: {}, profile: "strict" }, rules: [rule] });
}

/** A pod whose container has these lines (at the level of `name`), with others beside `containers`. */
export function pod(container: string, spec = ""): string {
  const indented = (text: string, by: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => (line.trim() === "" ? "" : `${by}${line}`))
      .join("\n");
  return `apiVersion: v1
kind: Pod
metadata: {name: pod}
spec:
${indented(spec, "  ")}
  containers:
    - name: main
${indented(container, "      ")}
`;
}

export const gpus = (count: number | string) => `resources: {limits: {nvidia.com/gpu: ${count}}}`;

/** What is known of another file. */
export function othersOf(text: string, path = "b.yaml"): WorkspaceFacts {
  return new WorkspaceFacts(fileFacts(path, text)?.objects);
}
