// PSA002: the control appArmorProfile of the Pod Security Standards.
import { appArmorProfile } from "../../policy/podSecurity/controls/appArmorProfile.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa002: Rule = {
  id: "PSA002",
  title: "AppArmor must not be turned off",
  severity: "error",
  why: "The runtime confines a container by AppArmor where the node has it; Unconfined takes that away, and the level baseline refuses such a pod.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: appArmorProfile,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      appArmorProfile:
        type: «Unconfined»
`,
  ),
};
