// TRN001: a Job with GPUs ends some time, and is cleared away.
import { isExtendedResource } from "../../gpu/extended.ts";
import { podTemplates, resourceEntries } from "../../kube/podTemplates.ts";
import { addEntry } from "../../syntax/edit.ts";
import { entryOf, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

const DAY_SECONDS = 86_400;

export const trn001: Rule = {
  id: "TRN001",
  title: "A GPU Job needs a deadline",
  severity: "warning",
  why: "A Job that hangs keeps its GPUs until somebody looks, and one that fails is tried six more times. activeDeadlineSeconds ends it, also while pods are retried.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
  appliesTo: "object",
  good: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  activeDeadlineSeconds: 86400
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: train
          image: registry.example/train:1
          resources:
            limits:
              nvidia.com/gpu: 1
`,
  bad: `apiVersion: batch/v1
kind: «Job»
metadata:
  name: train
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: train
          image: registry.example/train:1
          resources:
            limits:
              nvidia.com/gpu: 1
`,
  *check(object, text) {
    if (object.kind !== "Job" || object.group !== "batch") return;
    const spec = nodeAt(object.root, "spec");
    const kind = entryOf(object.root, "kind");
    if (spec?.kind !== "map" || !kind || entryOf(spec, "activeDeadlineSeconds")) return;
    const pods = podTemplates(object);
    if (pods.some(({ partial }) => partial)) return;
    const hasGpu = pods
      .flatMap(({ spec: podSpec, containers }) =>
        entryOf(podSpec, "activeDeadlineSeconds") ? [] : containers,
      )
      .some((container) =>
        resourceEntries(container, "limits").some(({ key }) => isExtendedResource(key.text)),
      );
    if (!hasGpu) return;
    yield {
      at: kind.value,
      message:
        "This Job holds GPUs and has no deadline: if it hangs, it keeps them. Set activeDeadlineSeconds.",
      fixes: [
        {
          title: "End it after a day at most",
          edits: [addEntry(text, spec, "activeDeadlineSeconds", DAY_SECONDS)],
        },
      ],
    };
  },
};
