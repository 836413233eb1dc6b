// What a Namespace asks of its pods by its pod-security.kubernetes.io labels.
// Source: https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/
import { entryOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import { type Level, type LevelVersion, parseLevel, parseVersion, type PolicyVersion } from "./level.ts";

export const LABEL_PREFIX = "pod-security.kubernetes.io/";

/** enforce: pods are refused · warn: whoever sends them is told · audit: it is noted in the audit log. */
export const MODES = ["enforce", "warn", "audit"] as const;
export type Mode = (typeof MODES)[number];

/** The level of each mode; what is absent is left to the API server, whose own default lets everything pass. */
export type NamespacePolicy = { readonly [mode in Mode]?: LevelVersion };

/** Of a Namespace's node; labels that the API server would refuse count as absent. */
export function namespacePolicy(root: SyntaxNode): NamespacePolicy {
  const labels = nodeAt(root, "metadata", "labels");
  const levelOf = (mode: Mode): Level | undefined => parseLevel(label(labels, mode));
  const versionOf = (mode: Mode): PolicyVersion | undefined => parseVersion(label(labels, `${mode}-version`));
  const policy: { [mode in Mode]?: LevelVersion } = {};
  for (const mode of MODES) {
    const level = levelOf(mode);
    if (level) policy[mode] = { level, version: versionOf(mode) ?? "latest" };
  }
  // The server warns of what it enforces, and may be asked to do so by another version.
  const warned = versionOf("warn");
  if (policy.enforce && warned !== undefined && !entryOf(labels, `${LABEL_PREFIX}warn`))
    policy.warn = { level: policy.enforce.level, version: warned };
  return policy;
}

function label(labels: SyntaxNode | undefined, name: string): string {
  return textOf(nodeAt(labels, LABEL_PREFIX + name)) ?? "";
}

/** True when both ask the same. */
export function samePolicy(one: NamespacePolicy, other: NamespacePolicy): boolean {
  return MODES.every(
    (mode) => one[mode]?.level === other[mode]?.level && one[mode]?.version === other[mode]?.version,
  );
}
