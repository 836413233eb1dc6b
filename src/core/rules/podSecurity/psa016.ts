// PSA016: the control seccompProfile_baseline of the Pod Security Standards.
import { seccompProfileBaseline } from "../../policy/podSecurity/controls/seccompProfileBaseline.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa016: Rule = {
  id: "PSA016",
  title: "Baseline: seccomp must not be turned off",
  severity: "error",
  why: "The runtime's seccomp profile blocks system calls that a program has no use for; Unconfined takes it away, and the level baseline refuses such a pod.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: seccompProfileBaseline,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      seccompProfile:
        type: «Unconfined»
`,
  ),
};
