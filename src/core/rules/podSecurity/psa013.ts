// PSA013: the control runAsNonRoot of the Pod Security Standards.
import { runAsNonRoot } from "../../policy/podSecurity/controls/runAsNonRoot.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa013: Rule = {
  id: "PSA013",
  title: "Containers must not run as root",
  severity: "error",
  why: "The level restricted refuses a pod that does not set runAsNonRoot: true. The kubelet then starts no image whose user is root: the image needs a USER by number, or the pod runAsUser.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: runAsNonRoot,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
securityContext:
  runAsNonRoot: «false»
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
