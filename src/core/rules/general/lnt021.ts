// LNT021: raw network packets.
import { textsOf } from "../../syntax/node.ts";
import { nameOf, securityOf, wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt021: Rule = {
  id: "LNT021",
  title: "A container drops NET_RAW",
  severity: "information",
  profile: "strict",
  aliases: ["drop-net-raw-capability"],
  why: "With NET_RAW, which containers have by default, a program can forge packets and answer for others in the pod network. Hardly any program needs it.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
      securityContext:
        capabilities:
          drop: [NET_RAW]
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: «app»
      image: registry.example/app:1
`,
  *check(pod) {
    for (const container of wholeContainers(pod)) {
      const dropped = textsOf(securityOf(container, "capabilities", "drop"));
      if (dropped.some((name) => /^(?:ALL|(?:CAP_)?NET_RAW)$/i.test(name))) continue;
      yield {
        at: nameOf(container),
        message: "This container can forge network packets: drop the capability NET_RAW, or ALL.",
      };
    }
  },
};
