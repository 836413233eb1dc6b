// LNT009: a disruption budget that lets no pod go.
import { selectorOf } from "../../kube/labels.ts";
import type { ObjectSet } from "../../kube/objectSet.ts";
import { entryOf, isNull, nodeAt, numberOf, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt009: Rule = {
  id: "LNT009",
  title: "A disruption budget must let one pod go",
  severity: "warning",
  aliases: ["pdb-max-unavailable", "pdb-min-available"],
  why: "Where no pod may be missing, none can be evicted: the drain of a node hangs, and with it the upgrade of the cluster.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  appliesTo: "set",
  good: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: llm
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {app: llm}
`,
  bad: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: llm
spec:
  maxUnavailable: «0»
  selector:
    matchLabels: {app: llm}
`,
  *check({ object }, set) {
    if (object.kind !== "PodDisruptionBudget" || object.group !== "policy") return;
    const spec = nodeAt(object.root, "spec");
    const [most, least] = [entryOf(spec, "maxUnavailable"), entryOf(spec, "minAvailable")];
    if (most && /^0+%?$/.test(textOf(most.value) ?? ""))
      yield {
        at: most.value,
        message: "With maxUnavailable: 0 no pod can be evicted, and the drain of its node hangs: allow 1.",
      };
    if (!least || isNull(least.value)) return;
    if (/^0*100%$/.test(textOf(least.value) ?? "")) {
      yield {
        at: least.value,
        message:
          "With minAvailable: 100% no pod can be evicted, and the drain of its node hangs: use maxUnavailable: 1.",
      };
      return;
    }
    const needed = numberOf(least.value);
    const selector = selectorOf(nodeAt(spec, "selector"));
    const replicas = selector && replicasOf(set, object.namespace, selector);
    if (needed === undefined || replicas === undefined || needed < replicas || replicas === 0) return;
    yield {
      at: least.value,
      message: `minAvailable is ${needed}, and there ${replicas === 1 ? "is 1 pod" : `are ${replicas} pods`}: none can be evicted, and the drain of its node hangs. Use maxUnavailable: 1.`,
    };
  },
};

/** The pods that the budget is about; undefined where an autoscaler, somebody far away or nobody says how many. */
function replicasOf(
  set: ObjectSet,
  namespace: string | undefined,
  selector: NonNullable<ReturnType<typeof selectorOf>>,
): number | undefined {
  const picked = set.picked(selector, namespace);
  if (picked.length === 0 || picked.some((facts) => set.scalersOf(facts).length > 0)) return undefined;
  let sum = 0;
  for (const facts of picked) {
    if (facts.replicas === undefined || !set.isNear(facts, namespace)) return undefined;
    sum += facts.replicas;
  }
  return sum;
}
