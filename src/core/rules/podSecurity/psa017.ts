// PSA017: the control seccompProfile_restricted of the Pod Security Standards.
import { seccompProfileRestricted } from "../../policy/podSecurity/controls/seccompProfileRestricted.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa017: Rule = {
  id: "PSA017",
  title: "Restricted: a seccomp profile must be set",
  severity: "error",
  why: "Without a profile a container may make every system call on nodes that don't set one by default. The level restricted wants RuntimeDefault or Localhost, of the pod or of each container; CUDA works with it.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: seccompProfileRestricted,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
«securityContext»:
  runAsNonRoot: true
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
