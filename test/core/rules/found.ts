// What the rules find in a text, as `RULE «the text found»`, which is easy to compare and to read.
import { type CheckSettings, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";

export function found(text: string, path = "file.yaml", levels: CheckSettings["levels"] = {}): string[] {
  const lines = new Lines(text);
  return check({ path, text, settings: { levels }, rules }).map((finding) => {
    const { start, end } = finding.range;
    return `${finding.rule} «${text.slice(lines.offsetAt(start), lines.offsetAt(end))}»`;
  });
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
