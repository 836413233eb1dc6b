// What the containers of a pod ask for once an API server has filled in what a manifest leaves out.
import { nodeAt } from "../../syntax/node.ts";
import { addTo } from "../podSum.ts";
import type { PodContainer, PodTemplate } from "../podTemplates.ts";
import type { Limit } from "./facts.ts";
import { type Thousandths, thousandthsAt } from "./thousandths.ts";

export interface ContainerResources {
  readonly container: PodContainer;
  readonly requests: Thousandths;
  readonly limits: Thousandths;
}

/**
 * Undefined for a pod that says for itself as a whole what it asks for, which only newer servers know, and where
 * several LimitRanges would fill in different things: which of them comes first is not defined.
 */
export function containerResources(
  pod: PodTemplate,
  limits: readonly Limit[],
): ContainerResources[] | undefined {
  if (nodeAt(pod.spec, "resources") !== undefined || contradict(limits)) return undefined;
  return pod.containers.map((container) => {
    const written = thousandthsAt(nodeAt(container.node, "resources", "limits"));
    const filled: Record<string, number> = { ...written };
    // A limit without a request counts as the request, before any default.
    const requests: Record<string, number> = {
      ...written,
      ...thousandthsAt(nodeAt(container.node, "resources", "requests")),
    };
    for (const limit of limits) {
      if (limit.type !== "Container") continue;
      for (const [name, amount] of Object.entries(limit.default)) filled[name] ??= amount;
      for (const [name, amount] of Object.entries(limit.defaultRequest)) requests[name] ??= amount;
    }
    return { container, requests, limits: filled };
  });
}

function contradict(limits: readonly Limit[]): boolean {
  const filling = limits.filter(({ type }) => type === "Container");
  return (["default", "defaultRequest"] as const).some((side) =>
    filling.some((one, index) =>
      filling
        .slice(index + 1)
        .some((other) =>
          Object.entries(one[side]).some(([name, amount]) => (other[side][name] ?? amount) !== amount),
        ),
    ),
  );
}

/** What the whole pod asks for: its containers and sidecars, or one that starts before them if that is more. */
export function summed(
  containers: readonly ContainerResources[],
  side: "requests" | "limits",
): Record<string, number> {
  const running: Record<string, number> = {};
  const starting: Record<string, number> = {};
  // Those that start first come first; of what has come by then only sidecars run on.
  for (const { container, [side]: amounts } of containers) {
    if (!container.init) addTo(running, amounts);
    else
      for (const [name, amount] of Object.entries(amounts))
        starting[name] = Math.max(starting[name] ?? 0, amount + (running[name] ?? 0));
  }
  for (const [name, amount] of Object.entries(starting)) running[name] = Math.max(running[name] ?? 0, amount);
  return running;
}
