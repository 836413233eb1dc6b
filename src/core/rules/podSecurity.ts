// Pod Security in a check: which level is asked for a pod, by whom, and what that means for what is found.
import type { ObjectNode } from "../kube/objectNodes.ts";
import type { PodTemplate } from "../kube/podTemplates.ts";
import { controls } from "../policy/podSecurity/controls.ts";
import { evaluate, type FoundViolation } from "../policy/podSecurity/evaluate.ts";
import { type LevelVersion, levelWords } from "../policy/podSecurity/level.ts";
import type { Mode } from "../policy/podSecurity/namespace.ts";
import { reviewedPod } from "../policy/podSecurity/pod.ts";
import type { Severity } from "../syntax/finding.ts";
import type { Problem } from "../syntax/problem.ts";
import { podSecurityFixes } from "./podSecurityFix.ts";
import type { NamespacePolicies } from "./podSecurityScope.ts";
import type { PodSecurityRule } from "./rule.ts";

/** What is known of the levels that are asked of pods. */
export interface PodSecurity {
  /** For all pods, whatever their namespace says. */
  readonly level?: LevelVersion | undefined;
  /** By name of the namespace; pods in others are asked nothing. */
  readonly namespaces: NamespacePolicies;
}

/** Who asks: a label of the namespace, or the person who runs the check. */
interface Demand {
  readonly by: Mode | "person";
  readonly asked: LevelVersion;
  readonly severity: Severity;
}

export interface PodSecurityProblem {
  readonly rule: PodSecurityRule;
  readonly problem: Problem;
}

/** What is forbidden in an object's pods, each place once, by the strongest of those who forbid it. */
export function* podSecurityProblems(
  object: ObjectNode,
  pods: readonly PodTemplate[],
  rules: readonly PodSecurityRule[],
  security: PodSecurity,
  text: string,
): Iterable<PodSecurityProblem> {
  const demands = pods.length > 0 && rules.length > 0 ? demandsOn(object, security) : [];
  for (const pod of pods) {
    const reviewed = reviewedPod(pod.metadata, pod.spec);
    const said = new Set<string>();
    for (const demand of demands) {
      const found = evaluate(reviewed, demand.asked, controls).filter(
        (violation) => !(pod.partial && violation.missing),
      );
      const fixes = podSecurityFixes(text, pod, found, demand.asked.level);
      for (const violation of found) {
        const { control, at, message } = violation;
        const rule = rules.find((known) => known.control === control);
        // A control of restricted says again what that of baseline said in its place.
        const identity = `${control.replaces ?? control.id} ${at.start}`;
        if (!rule || said.has(identity)) continue;
        said.add(identity);
        yield {
          rule,
          problem: {
            at,
            message: `${message} ${consequence(object, violation, demand)}`,
            severity: demand.severity,
            fixes: fixes.get(control.id) ?? [],
          },
        };
      }
    }
  }
}

/** The strongest first. */
function demandsOn({ namespace }: ObjectNode, security: PodSecurity): Demand[] {
  const labels = namespace === undefined ? undefined : security.namespaces.get(namespace);
  const demands: (Omit<Demand, "asked"> & { asked: LevelVersion | undefined })[] = [
    { by: "enforce", asked: labels?.enforce, severity: "error" },
    { by: "person", asked: security.level, severity: "error" },
    { by: "warn", asked: labels?.warn, severity: "warning" },
    { by: "audit", asked: labels?.audit, severity: "information" },
  ];
  return demands.flatMap(({ asked, ...demand }) => (asked ? { ...demand, asked } : []));
}

function consequence(
  { kind, namespace }: ObjectNode,
  { control }: FoundViolation,
  { by, asked }: Demand,
): string {
  const level = `${levelWords(asked)} (${control.id})`;
  if (by === "person")
    return `You asked for the level ${level}: where it is enforced, ${kind === "Pod" ? "this pod is" : "the pods are"} refused.`;
  if (by === "enforce")
    return kind === "Pod"
      ? `The namespace ${namespace} enforces the level ${level}, so the API server refuses this pod.`
      : `The namespace ${namespace} enforces the level ${level}: the API server takes this ${kind} and refuses its pods, so none starts.`;
  return by === "warn"
    ? `The namespace ${namespace} warns of it, as against the level ${level}.`
    : `The namespace ${namespace} has it noted in the audit log, as against the level ${level}.`;
}
