// What a rule is: its facts, its examples and its check. One file per rule, found by `npm run gen`.
import type { BuildFile } from "../image/buildFile.ts";
import type { ObjectNode } from "../kube/objectNodes.ts";
import type { ObjectSet, SetObject } from "../kube/objectSet.ts";
import type { PodTemplate } from "../kube/podTemplates.ts";
import type { Fault } from "../kube/schema/fault.ts";
import type { Control } from "../policy/podSecurity/control.ts";
import type { ComposeFile } from "../syntax/compose.ts";
import type { Severity } from "../syntax/finding.ts";
import type { JsonTree } from "../syntax/json.ts";
import type { Problem } from "../syntax/problem.ts";
import type { ClusterInput, LiveCluster } from "./liveCluster.ts";

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
  /**
   * What other tools call the same check, such as `latest-tag`, `DL3008` or `FromAsCasing`; settings and comments take
   * these names too.
   */
  readonly aliases?: readonly string[];
  /** Each alias is a case of the rule: a problem says which (`Problem.aliases`), and a level for one is for that alone. */
  readonly cases?: true;
  /** A matter of style, policy or practice that few follow: on only in the strict profile, or with a level of its own. */
  readonly profile?: "strict";
}

/** Looks at one pod template of a Kubernetes manifest. `text` is what the places refer to. */
export interface PodRule extends RuleFacts {
  readonly appliesTo: "pod";
  check(pod: PodTemplate, text: string): Iterable<Problem>;
}

/** Looks at one Kubernetes object of a manifest; the items of a List come one by one. */
export interface ObjectRule extends RuleFacts {
  readonly appliesTo: "object";
  check(object: ObjectNode, text: string): Iterable<Problem>;
}

/** Looks at one Kubernetes object beside the others of its file and workspace, such as a Service and its pods. */
export interface SetRule extends RuleFacts {
  readonly appliesTo: "set";
  /** Places are those of the document that holds `object`. */
  check(object: SetObject, set: ObjectSet): Iterable<Problem>;
}

/** A control of the Pod Security Standards: it looks at pods for which a level is asked. */
export interface PodSecurityRule extends RuleFacts {
  readonly appliesTo: "podSecurity";
  readonly control: Control;
}

export interface ComposeRule extends RuleFacts {
  readonly appliesTo: "compose";
  /** @param path of the file, with forward slashes. */
  check(file: ComposeFile, text: string, path: string): Iterable<Problem>;
}

export interface DockerfileRule extends RuleFacts {
  readonly appliesTo: "dockerfile";
  /** Text of the .dockerignore that lies beside the examples. */
  readonly dockerignore?: string;
  check(file: BuildFile): Iterable<Problem>;
}

export interface DevcontainerRule extends RuleFacts {
  readonly appliesTo: "devcontainer";
  check(file: JsonTree): Iterable<Problem>;
}

/** Looks at one object beside what a cluster has and says; runs only where somebody asked the cluster. */
export interface ClusterRule extends RuleFacts {
  readonly appliesTo: "cluster";
  /** The cluster of the examples. */
  readonly cluster: ClusterInput;
  /** Places are those of the document that holds `object`. */
  check(object: SetObject, cluster: LiveCluster): Iterable<Problem>;
}

/** What a rule about schemas may need besides the fault. */
export interface SchemaContext {
  /** What the places refer to. */
  readonly text: string;
  readonly kind: string;
  /** Of Kubernetes, such as `1.34`. */
  readonly version: string;
  /** Somebody said which version; else it is our own choice. */
  readonly chosen: boolean;
  /** The kind comes with an operator, and its definition is our own. */
  readonly own: boolean;
}

/** Says in words what was found beside the schemas; one walk through the object serves all such rules. */
export interface FaultRule<Found extends Fault> extends RuleFacts {
  readonly appliesTo: "schema";
  readonly finds: Found["is"];
  /** Nothing for a fault that is not worth a word. */
  readonly problem: (fault: Found, context: SchemaContext) => Problem | undefined;
}

export type SchemaRule = { [Is in Fault["is"]]: FaultRule<Extract<Fault, { is: Is }>> }[Fault["is"]];

export type Rule =
  | PodRule
  | ObjectRule
  | SchemaRule
  | SetRule
  | ClusterRule
  | PodSecurityRule
  | ComposeRule
  | DockerfileRule
  | DevcontainerRule;

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
