// PSA005: the control hostNamespaces of the Pod Security Standards.
import { hostNamespaces } from "../../policy/podSecurity/controls/hostNamespaces.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa005: Rule = {
  id: "PSA005",
  title: "A pod must not share the node's namespaces",
  severity: "error",
  why: "hostNetwork, hostPID and hostIPC open the network, the processes and the shared memory of the node to the pod. The level baseline refuses them; a memory volume at /dev/shm is enough for NCCL.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: hostNamespaces,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
hostIPC: «true»
containers:
  - name: train
    image: registry.example/train:1
    resources:
      limits:
        nvidia.com/gpu: 1
`,
  ),
};
