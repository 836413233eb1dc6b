// LNT028: pods that never got ready, and can not be evicted.
import { addEntry } from "../../syntax/edit.ts";
import { entryOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt028: Rule = {
  id: "LNT028",
  title: "A disruption budget lets unhealthy pods go",
  severity: "information",
  profile: "strict",
  aliases: ["pdb-unhealthy-pod-eviction-policy"],
  why: "With the default policy a pod that never gets ready can not be evicted where the budget is used up, and keeps a node from being drained. AlwaysAllow lets it go.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
  appliesTo: "object",
  good: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {app: app}
`,
  bad: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app
«spec»:
  maxUnavailable: 1
  selector:
    matchLabels: {app: app}
`,
  *check(object, text) {
    if (object.kind !== "PodDisruptionBudget" || object.group !== "policy") return;
    const spec = entryOf(object.root, "spec");
    if (spec?.value.kind !== "map" || entryOf(spec.value, "unhealthyPodEvictionPolicy")) return;
    yield {
      at: spec.key,
      message:
        "A pod that never gets ready can keep its node from being drained: set unhealthyPodEvictionPolicy: AlwaysAllow.",
      fixes: [
        {
          title: "Let unhealthy pods go",
          edits: [addEntry(text, spec.value, "unhealthyPodEvictionPolicy", "AlwaysAllow")],
        },
      ],
    };
  },
};
