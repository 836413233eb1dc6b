// LNT005: a restart policy that does not fit what runs the pod.
import { podTemplates } from "../../kube/podTemplates.ts";
import { replaceScalar, setEntry } from "../../syntax/edit.ts";
import { entryOf, isNull, type MapNode, type ScalarNode, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

const ALWAYS = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

export const lnt005: Rule = {
  id: "LNT005",
  title: "A restart policy must fit the workload",
  severity: "error",
  aliases: ["cronjob-restartpolicy"],
  why: "A Job ends, so its pods need the restart policy Never or OnFailure, and the default is Always. A Deployment never ends, so its pods can only have Always. The API server refuses anything else.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template",
  appliesTo: "object",
  good: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: train
          image: registry.example/train:1
`,
  bad: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  template:
    «spec»:
      containers:
        - name: train
          image: registry.example/train:1
`,
  *check(object, text) {
    const job = object.group === "batch" && (object.kind === "Job" || object.kind === "CronJob");
    if (!job && !(object.group === "apps" && ALWAYS.has(object.kind))) return;
    for (const pod of podTemplates(object)) {
      if (pod.partial || pod.containers.length === 0) continue;
      const entry = entryOf(pod.spec, "restartPolicy");
      const policy = entry && !isNull(entry.value) ? textOf(entry.value) : undefined;
      if (entry && policy !== undefined) {
        if (/[$<{%@]/.test(policy) || (job ? policy !== "Always" : policy === "Always")) continue;
        yield {
          at: entry.value,
          message: job
            ? `The API server refuses a ${object.kind} whose pods restart ${policy}: use Never or OnFailure.`
            : `The API server refuses a ${object.kind} whose pods restart ${policy}: they can only have Always.`,
          fixes: entry.merged
            ? []
            : [
                {
                  title: `Change to ${job ? "Never" : "Always"}`,
                  edits: [replaceScalar(text, entry.value, job ? "Never" : "Always")],
                },
              ],
        };
        continue;
      }
      if (!job) continue;
      yield {
        at: keyOf(object.root, pod.spec) ?? pod.spec,
        message: `The pods of a ${object.kind} need a restartPolicy, Never or OnFailure: the API server refuses the default, Always.`,
        fixes: [
          { title: "Add restartPolicy: Never", edits: [setEntry(text, pod.spec, "restartPolicy", "Never")] },
        ],
      };
    }
  },
};

/** The key whose value is `wanted`, somewhere in `map`. */
function keyOf(map: MapNode, wanted: MapNode): ScalarNode | undefined {
  for (const { key, value } of map.entries) {
    if (value === wanted) return key;
    const found =
      value.kind === "map" && value.start <= wanted.start && wanted.end <= value.end
        ? keyOf(value, wanted)
        : undefined;
    if (found) return found;
  }
  return undefined;
}
