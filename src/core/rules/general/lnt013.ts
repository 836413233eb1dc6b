// LNT013: an image without a version.
import { isMlImage } from "../../image/mlImages.ts";
import { parseReference } from "../../image/reference.ts";
import { nodeAt } from "../../syntax/node.ts";
import { wholeContainers } from "../strictPods.ts";
import type { Rule } from "../rule.ts";

export const lnt013: Rule = {
  id: "LNT013",
  title: "An image needs a version",
  severity: "warning",
  profile: "strict",
  aliases: ["latest-tag", "container-image-tag"],
  why: "With latest, or without a tag, a pod that starts anew may run another program than its neighbour, and nobody can go back to the one before.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example/app:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: «registry.example/app:latest»
`,
  *check(pod) {
    for (const container of wholeContainers(pod)) {
      const at = nodeAt(container.node, "image");
      const reference = parseReference(container.image);
      // Those of the trade are told of by SRV013.
      if (!at || "problem" in reference || isMlImage(container.image)) continue;
      if (reference.digest !== undefined || (reference.tag !== undefined && reference.tag !== "latest"))
        continue;
      yield { at, message: "This image is another one from time to time: name a version, or a digest." };
    }
  },
};
