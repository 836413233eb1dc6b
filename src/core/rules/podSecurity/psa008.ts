// PSA008: the control hostProbesAndHostLifecycle of the Pod Security Standards.
import { hostProbesAndHostLifecycle } from "../../policy/podSecurity/controls/hostProbesAndHostLifecycle.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa008: Rule = {
  id: "PSA008",
  title: "Probes and lifecycle handlers must not name a host",
  severity: "error",
  why: "The kubelet calls the host that a probe names from the node, which lets a pod reach what only the node may. The level baseline refuses that since Kubernetes 1.34; without a host the kubelet calls the pod itself.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: hostProbesAndHostLifecycle,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    readinessProbe:
      httpGet:
        host: «169.254.169.254»
        path: /health
        port: 8000
`,
  ),
};
