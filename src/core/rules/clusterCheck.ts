// The rules that hold objects against a cluster.
import { ObjectSet, type SetObject } from "../kube/objectSet.ts";
import { WorkspaceFacts } from "../kube/workspaceFacts.ts";
import { valueOf } from "../kube/live/facts.ts";
import { namespacePolicy } from "../policy/podSecurity/namespace.ts";
import { plainNode } from "../syntax/plainNode.ts";
import { type ClusterInput, LiveCluster } from "./liveCluster.ts";
import { podSecurityProblems } from "./podSecurity.ts";
import type { NamespacePolicies } from "./podSecurityScope.ts";
import type { Rule } from "./rule.ts";
import { attributed, MAXIMUM_FINDINGS, type RuleProblem } from "./ruleProblem.ts";
import type { Placed } from "./yamlCheck.ts";

/**
 * The objects of one file, which are applied together.
 * @param namespaces of which files say what they ask of pods: what will be there counts, and was said already.
 */
export function clusterProblems(
  objects: readonly Placed<SetObject>[],
  rules: readonly Rule[],
  input: ClusterInput,
  namespaces: NamespacePolicies,
): Placed<RuleProblem>[] {
  const others = new WorkspaceFacts(input.others);
  const own = objects.map(({ thing }) => thing);
  const cluster = new LiveCluster(input, new ObjectSet(own, others), others);
  const found: Placed<RuleProblem>[] = [];
  for (const { thing: object, offset } of objects) {
    const security = liveSecurityProblems(object, rules, cluster, namespaces);
    for (const thing of security) found.push({ thing, offset });
    // Of what makes pods the server only warns, without a place, and not that no pod will start.
    const isTold = ({ message }: RuleProblem) =>
      security.length > 0 && message.includes("would violate PodSecurity");
    for (const rule of rules) {
      if (rule.appliesTo !== "cluster") continue;
      if (found.length > MAXIMUM_FINDINGS) return found;
      for (const thing of attributed(rule, rule.check(object, cluster)))
        if (!isTold(thing)) found.push({ thing, offset });
    }
  }
  return found;
}

/** What the labels of the cluster's own Namespace forbid in an object's pods. */
function liveSecurityProblems(
  one: SetObject,
  rules: readonly Rule[],
  cluster: LiveCluster,
  known: NamespacePolicies,
): RuleProblem[] {
  const namespace = cluster.namespaceOf(one);
  const labels = valueOf(cluster.facts.namespaces[namespace]?.labels);
  const asked = labels && namespacePolicy(plainNode({ metadata: { labels } }));
  if (!asked || known.has(namespace) || cluster.isRefused(one)) return [];
  const controls = rules.filter((rule) => rule.appliesTo === "podSecurity");
  const security = { namespaces: new Map([[namespace, asked]]) };
  const found = podSecurityProblems({ ...one.object, namespace }, one.pods, controls, security, one.text);
  return Array.from(found).flatMap(({ rule, problem }) => attributed(rule, [problem]));
}
