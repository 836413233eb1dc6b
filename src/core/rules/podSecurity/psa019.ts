// PSA019: the control windowsHostProcess of the Pod Security Standards.
import { windowsHostProcess } from "../../policy/podSecurity/controls/windowsHostProcess.ts";
import { BASELINE_PAGE, enforced, GOOD_BASELINE } from "../podSecurityExamples.ts";
import type { Rule } from "../rule.ts";

export const psa019: Rule = {
  id: "PSA019",
  title: "No container may run as a process of the Windows node",
  severity: "error",
  why: "A HostProcess container has the rights of the Windows node. The level baseline refuses it.",
  source: BASELINE_PAGE,
  appliesTo: "podSecurity",
  control: windowsHostProcess,
  good: GOOD_BASELINE,
  bad: enforced(
    "baseline",
    `
securityContext:
  windowsOptions:
    hostProcess: «true»
containers:
  - name: train
    image: registry.example/train:1
`,
  ),
};
