// LNT026: Jobs that stay when they are done.
import { addEntry } from "../../syntax/edit.ts";
import { entryOf, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt026: Rule = {
  id: "LNT026",
  title: "A finished Job is cleared away",
  severity: "information",
  profile: "strict",
  aliases: ["job-ttl-seconds-after-finished"],
  why: "Finished Jobs and their pods stay in the cluster until somebody deletes them: thousands of them slow the API server down.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",
  appliesTo: "object",
  good: `apiVersion: batch/v1
kind: Job
metadata:
  name: app
spec:
  ttlSecondsAfterFinished: 86400
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: app
          image: registry.example/app:1
`,
  bad: `apiVersion: batch/v1
kind: «Job»
metadata:
  name: app
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: app
          image: registry.example/app:1
`,
  *check(object, text) {
    if (object.kind !== "Job" || object.group !== "batch") return;
    const spec = nodeAt(object.root, "spec");
    const kind = entryOf(object.root, "kind");
    // A Job of a CronJob is cleared away by it; a patch shows no template.
    if (
      spec?.kind !== "map" ||
      !kind ||
      entryOf(spec, "ttlSecondsAfterFinished") ||
      !entryOf(spec, "template")
    )
      return;
    yield {
      at: kind.value,
      message: "This Job and its pods stay in the cluster when they are done: set ttlSecondsAfterFinished.",
      fixes: [
        {
          title: "Clear it away after a day",
          edits: [addEntry(text, spec, "ttlSecondsAfterFinished", 86_400)],
        },
      ],
    };
  },
};
