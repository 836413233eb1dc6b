// PSA011: the control procMount_restricted of the Pod Security Standards.
import { procMountRestricted } from "../../policy/podSecurity/controls/procMountRestricted.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa011: Rule = {
  id: "PSA011",
  title: "Restricted: /proc must stay masked",
  severity: "error",
  why: "The level restricted refuses procMount: Unmasked also in a pod with hostUsers: false, which baseline lets pass since Kubernetes 1.35.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: procMountRestricted,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
hostUsers: false
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      allowPrivilegeEscalation: false
      capabilities:
        drop: [ALL]
      procMount: «Unmasked»
`,
  ),
};
