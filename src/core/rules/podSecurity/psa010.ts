// PSA010: the control procMount of the Pod Security Standards.
import { procMount } from "../../policy/podSecurity/controls/procMount.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa010: Rule = {
  id: "PSA010",
  title: "Baseline: /proc must stay masked",
  severity: "error",
  why: "procMount: Unmasked shows the container parts of the node's /proc. The level baseline refuses it; since Kubernetes 1.35 it lets it pass in a pod with hostUsers: false.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: procMount,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      procMount: «Unmasked»
`,
  ),
};
