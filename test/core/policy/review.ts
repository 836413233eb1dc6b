// The pods of a manifest, as the controls of Pod Security look at them.
import assert from "node:assert/strict";
import { objectNodes } from "../../../src/core/kube/objectNodes.ts";
import { podTemplates } from "../../../src/core/kube/podTemplates.ts";
import { type ReviewedPod, reviewedPod } from "../../../src/core/policy/podSecurity/pod.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";

export function reviewsOf(text: string): ReviewedPod[] {
  return parseYaml(text)
    .flatMap(({ root }) => objectNodes(root))
    .flatMap(podTemplates)
    .map(({ metadata, spec }) => reviewedPod(metadata, spec));
}

/** The first. */
export function reviewOf(text: string): ReviewedPod {
  const [review] = reviewsOf(text);
  assert.ok(review, `no pod in:\n${text}`);
  return review;
}
