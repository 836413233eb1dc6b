// SRV013: an engine whose version changes by itself.
import { isMlImage } from "../../image/mlImages.ts";
import { parseReference } from "../../image/reference.ts";
import { nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const srv013: Rule = {
  id: "SRV013",
  title: "A model server's or framework's image needs a version",
  severity: "warning",
  aliases: ["latest-tag"],
  why: "Engines change flags, model formats and the driver they need with each release. With latest a pod that restarts on another node may run another version than its neighbour, or none that starts.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: «pytorch/pytorch:latest»
`,
  *check(pod) {
    for (const container of pod.containers) {
      const at = nodeAt(container.node, "image");
      if (!at || !isMlImage(container.image)) continue;
      const reference = parseReference(container.image);
      if ("problem" in reference || reference.digest !== undefined) continue;
      if (reference.tag !== undefined && !/^(?:latest|nightly|main|master)(?:-|$)/.test(reference.tag))
        continue;
      const which = reference.tag ?? "latest";
      yield {
        at,
        message: `The tag "${which}" is another version from time to time: name the version that the flags and the driver fit.`,
      };
    }
  },
};
