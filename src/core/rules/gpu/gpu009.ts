// GPU009: how the device plugin shares GPUs and how they are cut into MIG slices, in a ConfigMap.
import { embeddedYaml } from "../../syntax/embedded.ts";
import { entriesOf, nodeAt } from "../../syntax/node.ts";
import { devicePluginProblems, isDevicePluginConfig } from "../devicePluginConfig.ts";
import { outside } from "../embeddedProblem.ts";
import { isMigConfig, migConfigProblems } from "../migConfig.ts";
import type { Rule } from "../rule.ts";

/** Before a value is parsed: words that every such configuration has. */
const CONFIGURATION = /\b(?:sharing|migStrategy|mig-configs)\b/;

export const gpu009: Rule = {
  id: "GPU009",
  title: "The configuration of GPU sharing and MIG must be one that NVIDIA's plugins accept",
  severity: "error",
  why: "With a configuration that it refuses the device plugin does not start, and the node offers no GPUs at all. What it does not know it ignores, and the GPUs are not shared.",
  source: "https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus",
  appliesTo: "object",
  good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: time-slicing
data:
  any: |
    version: v1
    sharing:
      timeSlicing:
        renameByDefault: true
        resources:
          - name: nvidia.com/gpu
            replicas: 4
`,
  bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: time-slicing
data:
  any: |
    version: v1
    flags:
      migStrategy: none
    sharing:
      timeSlicing:
        «renameByDefaut»: true
        resources:
          - name: nvidia.com/gpu
            replicas: «1»
      «mps»:
        resources:
          - name: «nvidia.com/mig-1g.10gb»
            replicas: 2
`,
  *check(object, text) {
    if (object.kind !== "ConfigMap" || object.group !== "") return;
    for (const { value } of entriesOf(nodeAt(object.root, "data"))) {
      if (value.kind !== "scalar" || !CONFIGURATION.test(value.text)) continue;
      const embedded = embeddedYaml(text, value);
      if (!embedded) continue;
      const { root } = embedded;
      const problems = isMigConfig(root)
        ? migConfigProblems(root)
        : isDevicePluginConfig(root)
          ? devicePluginProblems(root)
          : [];
      for (const problem of problems) yield outside(problem, embedded);
    }
  },
};
