// Events of the API: when one happened last, and their order.
import { type KubeObject, timeMs } from "./object.ts";

/** Milliseconds since the epoch; 0 for an event that does not say. */
export function lastSeenMs(event: KubeObject): number {
  return (
    timeMs(event, "series", "lastObservedTime") ??
    timeMs(event, "lastTimestamp") ??
    timeMs(event, "eventTime") ??
    timeMs(event, "metadata", "creationTimestamp") ??
    0
  );
}

/** Oldest first; the server has them in no order of time. */
export function inOrder(events: readonly KubeObject[]): KubeObject[] {
  return events.toSorted((one, other) => lastSeenMs(one) - lastSeenMs(other));
}
