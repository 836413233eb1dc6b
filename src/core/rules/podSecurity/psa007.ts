// PSA007: the control hostPorts of the Pod Security Standards.
import { hostPorts } from "../../policy/podSecurity/controls/hostPorts.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa007: Rule = {
  id: "PSA007",
  title: "A container must not take a port of the node",
  severity: "error",
  why: "A hostPort reaches past network policies, and keeps two pods off one node. The level baseline refuses it; a Service or a forward reaches the containerPort.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: hostPorts,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
containers:
  - name: train
    image: registry.example/train:1
    ports:
      - containerPort: 8000
        hostPort: «8000»
`,
  ),
};
