// Follows a rollout until all pods are new, or until it can't go on.
import type { Signal } from "../../base/signal.ts";
import { type Rollout, rolloutOf } from "../../core/kube/rollout.ts";
import type { ClusterConnection } from "../stores/cluster/port.ts";
import { type Followed, followObject } from "./followObject.ts";

/**
 * @returns how it ended; undefined when `signal` fired.
 * @throws Trouble when the object is deleted or may not be watched.
 */
export function followRollout(
  connection: ClusterConnection,
  followed: Followed,
  report: (rollout: Rollout) => void,
  signal: Signal,
): Promise<Rollout | undefined> {
  const { kind } = followed.place.kind;
  const see = (object: Readonly<Record<string, unknown>>) => {
    // Listed objects do not name their kind.
    const rollout = rolloutOf({ ...object, kind });
    report(rollout);
    return rollout.state === "waiting" ? undefined : rollout;
  };
  return followObject(connection, followed, see, signal);
}
