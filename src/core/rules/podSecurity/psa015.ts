// PSA015: the control seLinuxOptions of the Pod Security Standards.
import { seLinuxOptions } from "../../policy/podSecurity/controls/seLinuxOptions.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa015: Rule = {
  id: "PSA015",
  title: "SELinux must keep its container types",
  severity: "error",
  why: "Another SELinux type, user or role can take a container out of its confinement. The level baseline refuses those that are not made for containers.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: seLinuxOptions,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      seLinuxOptions:
        type: «spc_t»
        level: s0:c1,c2
`,
  ),
};
