// GPU005: a MIG profile that no GPU has.
import { judgeMigName } from "../../gpu/mig.ts";
import { migProfileOf } from "../../gpu/resources.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import type { Rule } from "../rule.ts";

export const gpu005: Rule = {
  id: "GPU005",
  title: "A MIG resource must name a real profile",
  severity: "error",
  why: "Every GPU model has fixed MIG profiles, so no node ever offers an invented one. The plugin writes a dot where nvidia-smi writes a plus (1g.10gb.me), because a resource name may not hold a plus.",
  source: "https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: registry.example/notebook:1
      resources:
        limits:
          nvidia.com/mig-1g.10gb.me: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: registry.example/notebook:1
      resources:
        limits:
          «nvidia.com/mig-1g.10gb+me»: 1
          «nvidia.com/mig-3g.30gb»: 1
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      const entries = [...resourceEntries(container, "requests"), ...resourceEntries(container, "limits")];
      for (const { key } of entries) {
        const profile = migProfileOf(key.text);
        if (profile === undefined) continue;
        const judged = judgeMigName(profile);
        if (judged.kind === "known") continue;
        const same = entries.filter((entry) => entry.key.text === key.text);
        const suggested = (judged.kind === "plus" ? [judged.corrected] : judged.nearby).map(
          (name) => `nvidia.com/mig-${name}`,
        );
        yield {
          at: key,
          // Only a "+" is refused by the API server; a profile that is new to us may be real one day.
          severity: judged.kind === "plus" ? "error" : "warning",
          message:
            judged.kind === "plus"
              ? `A resource name may not hold a "+", and the API server refuses it; the device plugin writes ${suggested[0]}.`
              : `No GPU has the MIG profile "${profile}"; near it are ${suggested.join(", ")}.`,
          fixes: suggested.map((name) => ({
            title: `Change to ${name}`,
            edits: same.map((entry) => replaceScalar(text, entry.key, name)),
          })),
        };
      }
    }
  },
};
