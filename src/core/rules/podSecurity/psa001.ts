// PSA001: the control allowPrivilegeEscalation of the Pod Security Standards.
import { allowPrivilegeEscalation } from "../../policy/podSecurity/controls/allowPrivilegeEscalation.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa001: Rule = {
  id: "PSA001",
  title: "No container may gain privileges",
  severity: "error",
  why: "Without allowPrivilegeEscalation: false a set-user-ID program in the image makes its user root again. The level restricted refuses such a pod; a GPU does not need it.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: allowPrivilegeEscalation,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: «train»
    image: registry.example/train:1
  - name: log
    image: registry.example/log:1
    securityContext:
      allowPrivilegeEscalation: «true»
`,
  ),
};
