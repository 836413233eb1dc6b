// PSA003: the control capabilities_baseline of the Pod Security Standards.
import { capabilitiesBaseline } from "../../policy/podSecurity/controls/capabilitiesBaseline.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa003: Rule = {
  id: "PSA003",
  title: "Baseline: only ordinary capabilities may be added",
  severity: "error",
  why: "Capabilities beyond those that a container has anyway reach the node: SYS_ADMIN mounts, NET_ADMIN configures its network, SYS_PTRACE reads other processes. The level baseline refuses such a pod.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: capabilitiesBaseline,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    securityContext:
      capabilities:
        add: [«SYS_PTRACE», NET_BIND_SERVICE]
`,
  ),
};
