// SEC002: a model server's image by a name that can be moved.
import { isMlImage } from "../../image/mlImages.ts";
import { parseReference } from "../../image/reference.ts";
import { nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const sec002: Rule = {
  id: "SEC002",
  title: "A model server's image is named by its digest",
  severity: "information",
  profile: "strict",
  why: "A tag can be given to another image at any time. A digest names one image and no other, and a signature is checked for a digest.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: pytorch/pytorch@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: «pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime»
`,
  *check(pod) {
    for (const container of pod.containers) {
      const at = nodeAt(container.node, "image");
      if (!at || !isMlImage(container.image)) continue;
      const reference = parseReference(container.image);
      if ("problem" in reference || reference.digest !== undefined) continue;
      yield {
        at,
        message: "This image is named by a tag, which can be moved: name it by its digest (@sha256:…).",
      };
    }
  },
};
