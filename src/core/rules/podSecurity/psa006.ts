// PSA006: the control hostPathVolumes of the Pod Security Standards.
import { hostPathVolumes } from "../../policy/podSecurity/controls/hostPathVolumes.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa006: Rule = {
  id: "PSA006",
  title: "Baseline: a pod must not mount a folder of the node",
  severity: "error",
  why: "A hostPath volume gives the pod files of the node, and ties it to the node that has them. The level baseline refuses it; data sets and caches belong in a PersistentVolumeClaim.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: hostPathVolumes,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    volumeMounts:
      - name: data
        mountPath: /data
volumes:
  - name: data
    «hostPath»:
      path: /mnt/data
`,
  ),
};
