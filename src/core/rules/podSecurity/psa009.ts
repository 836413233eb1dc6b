// PSA009: the control privileged of the Pod Security Standards.
import { privileged } from "../../policy/podSecurity/controls/privileged.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa009: Rule = {
  id: "PSA009",
  title: "A container must not be privileged",
  severity: "error",
  why: "A privileged container has every device and right of its node. The level baseline refuses it; the device plugin gives a container its GPUs without.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: privileged,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      privileged: «true»
`,
  ),
};
