// Settings that a container has from its pod where it has none of its own.
import type { Span } from "../../syntax/lines.ts";
import type { SyntaxNode } from "../../syntax/node.ts";
import { type ReviewedPod, setting } from "./pod.ts";

export interface Uncovered {
  readonly at: Span;
  /** ` or container "a"`, ` or containers "a" and "b"`: who could set it instead of the pod. */
  readonly orContainers: string;
}

/** The containers without the setting `key`, unless the pod has a value of it that is `good`. */
export function uncovered(
  pod: ReviewedPod,
  key: string,
  good: (value: SyntaxNode) => boolean,
): Uncovered | undefined {
  const own = setting(pod.pod, key);
  if (own && good(own.value)) return undefined;
  const open = pod.containers.filter((container) => !setting(container, key));
  const [first] = open;
  if (!first) return undefined;
  const names = open.map((container) => container.name.replace(/^container /, ""));
  const list = [names.slice(0, -1).join(", "), names.at(-1)].filter((part) => part !== "").join(" and ");
  // The pod's own security context is where it is best added, if it has one.
  const at = setting(pod.pod) ? pod.pod.place : first.place;
  const noun = first.name.startsWith("container ") ? (open.length === 1 ? "container " : "containers ") : "";
  return { at, orContainers: ` or ${noun}${list}` };
}
