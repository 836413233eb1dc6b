// PSA018: the control sysctls of the Pod Security Standards.
import { sysctls } from "../../policy/podSecurity/controls/sysctls.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa018: Rule = {
  id: "PSA018",
  title: "Only sysctls that stay inside the pod may be set",
  severity: "error",
  why: "Sysctls outside the safe set reach the node or its other pods, and a kubelet refuses them unless it is told otherwise. The level baseline refuses such a pod.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: sysctls,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
securityContext:
  sysctls:
    - name: «kernel.shmmax»
      value: "68719476736"
    - name: net.ipv4.tcp_syncookies
      value: "1"
containers:
  - name: train
    image: registry.example/train:1
`,
  ),
};
