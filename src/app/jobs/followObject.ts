// Looks at one object as it changes, until something is seen in it.
import { onAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Kind } from "../../core/kube/kind.ts";
import type { KubeObject } from "../../core/kube/object.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import type { WatchEvent } from "../../core/kube/knownRows.ts";
import type { ClusterConnection, ObjectPlace, WatchState } from "../stores/cluster/port.ts";

export interface Followed {
  place: ObjectPlace;
  uid: string;
}

/**
 * @param see gives an answer, or undefined to be shown the object again when it has changed.
 * @returns its answer; undefined when `signal` fired.
 * @throws Trouble when the object is deleted or may not be watched.
 */
export function followObject<T extends object>(
  connection: ClusterConnection,
  { place, uid }: Followed,
  see: (object: KubeObject) => T | undefined,
  signal: Signal,
): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    let isThere = false;
    const stop = () => {
      watch.dispose();
      listener.dispose();
    };
    const fail = (trouble: Trouble) => {
      stop();
      reject(trouble);
    };
    const look = (row: ObjectRow) => {
      if (row.uid !== uid) return;
      isThere = true;
      const { answer } = row as SeenRow<T>;
      if (answer === undefined) return;
      stop();
      resolve(answer);
    };
    const sink = {
      onEvents(events: readonly WatchEvent[]) {
        for (const event of events) {
          if (event.type === "page") event.rows.forEach(look);
          if (event.type === "set") look(event.row);
          if (event.type === "gone" || (event.type === "listed" && !isThere))
            fail(new Trouble("not-found", `${place.kind.kind} ${place.name} was deleted in the meantime.`));
        }
      },
      onState(state: WatchState) {
        if (state.state === "blocked") fail(state.trouble);
      },
    };
    const query = { fieldSelector: `metadata.name=${place.name}` };
    const watch = connection.watch(seeing(place.kind, uid, see), place.namespace, sink, query);
    const listener = onAbort(signal, () => {
      stop();
      resolve(undefined);
    });
  });
}

type SeenRow<T> = ObjectRow & { answer: T | undefined };

/** The same kind, with rows that hold the answer. In JSON: the whole object is wanted. */
function seeing<T>(known: Kind, uid: string, see: (object: KubeObject) => T | undefined): Kind {
  const { wire: _, ...kind } = known;
  return {
    ...kind,
    project(object) {
      const row = kind.project(object);
      return { ...row, answer: row.uid === uid ? see(object) : undefined } as SeenRow<T>;
    },
  };
}
