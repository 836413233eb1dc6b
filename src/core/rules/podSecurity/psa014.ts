// PSA014: the control runAsUser of the Pod Security Standards.
import { runAsUser } from "../../policy/podSecurity/controls/runAsUser.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa014: Rule = {
  id: "PSA014",
  title: "runAsUser must not be 0",
  severity: "error",
  why: "User 0 is root, also outside where the pod has no user namespace of its own. The level restricted refuses it since Kubernetes 1.23.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: runAsUser,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
securityContext:
  runAsNonRoot: true
  runAsUser: «0»
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      allowPrivilegeEscalation: false
      capabilities:
        drop: [ALL]
`,
  ),
};
