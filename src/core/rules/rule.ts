// What a rule is: its facts, its examples and its check. One file per rule, found by `npm run gen`.
import type { PodTemplate } from "../kube/podTemplates.ts";
import type { DockerfileTree } from "../syntax/dockerfile.ts";
import type { Severity } from "../syntax/finding.ts";
import type { JsonTree } from "../syntax/json.ts";
import type { Problem } from "../syntax/problem.ts";

export interface RuleFacts {
  /** Such as `GPU001`; never reused for another claim. */
  readonly id: string;
  /** The rule as a short sentence without a full stop. */
  readonly title: string;
  /** Of its findings, unless a finding says otherwise. */
  readonly severity: Severity;
  /** One to three sentences: what happens otherwise. */
  readonly why: string;
  /** Page that the claim comes from. */
  readonly source: string;
  /** A file in which no rule finds anything. */
  readonly good: string;
  /** A file in which this rule finds exactly the parts between « and ». */
  readonly bad: string;
  /** The place that is found holds a secret: skins must not show its text. */
  readonly secret?: true;
}

/** Looks at one pod template of a Kubernetes manifest. `text` is what the places refer to. */
export interface PodRule extends RuleFacts {
  readonly appliesTo: "pod";
  check(pod: PodTemplate, text: string): Iterable<Problem>;
}

export interface DockerfileRule extends RuleFacts {
  readonly appliesTo: "dockerfile";
  /** @param path of the file, with forward slashes. */
  check(file: DockerfileTree, path: string): Iterable<Problem>;
}

export interface DevcontainerRule extends RuleFacts {
  readonly appliesTo: "devcontainer";
  check(file: JsonTree): Iterable<Problem>;
}

export type Rule = PodRule | DockerfileRule | DevcontainerRule;

/** Takes the « and » out of an example and says where they stood. */
export function readExample(marked: string): { text: string; spans: { start: number; end: number }[] } {
  const spans: { start: number; end: number }[] = [];
  let text = "";
  for (const part of marked.split(/([«»])/)) {
    if (part === "«") spans.push({ start: text.length, end: text.length });
    else if (part === "»") {
      const open = spans.findLast((span) => span.end === span.start);
      if (open) open.end = text.length;
    } else text += part;
  }
  return { text, spans };
}
