// PSA004: the control capabilities_restricted of the Pod Security Standards.
import { capabilitiesRestricted } from "../../policy/podSecurity/controls/capabilitiesRestricted.ts";
import { RESTRICTED_PAGE, enforced, GOOD_RESTRICTED } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa004: Rule = {
  id: "PSA004",
  title: "Restricted: all capabilities must be dropped",
  severity: "error",
  why: "A container starts with a dozen capabilities that a training job or model server never uses. The level restricted wants all of them dropped, and lets only NET_BIND_SERVICE be taken back; a GPU needs none.",
  source: RESTRICTED_PAGE,
  appliesTo: "podSecurity",
  control: capabilitiesRestricted,
  good: GOOD_RESTRICTED,
  bad: enforced(
    "restricted",
    `
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      allowPrivilegeEscalation: false
      «capabilities»:
        add: [«SYS_NICE»]
`,
  ),
};
