// Follows the logs of several pods at once: those that are there, and those that come.
import { onAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Kind } from "../../core/kube/kind.ts";
import { kindNamed } from "../../core/kube/kinds.ts";
import { containersOf } from "../../core/kube/podContainers.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import type { ClusterConnection, LogSink, LogStart, WatchState } from "../stores/cluster/port.ts";

export interface PodsWish {
  namespace: string;
  /** Part of the API's list query; undefined for all pods of the namespace. */
  query: Readonly<Record<string, string>> | undefined;
  start: LogStart;
}

export interface PodsSink {
  /** A container's log is followed from now on. @param only the pod has no other. */
  source(pod: string, container: string, only: boolean): LogSink;
  note(text: string): void;
}

/** Each log is a connection of its own. */
const MOST_LOGS = 60;

/** Runs until `signal` fires. @throws Trouble when the pods may not be listed. */
export function followPods(
  connection: ClusterConnection,
  { namespace, query, start }: PodsWish,
  sink: PodsSink,
  signal: Signal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    const followed = new Set<string>();
    const waiting = new Map<string, Place>();
    let open = 0;
    let told = 0;
    let wasListed = false;
    const follow = async (id: string, { pod, container, only, from }: Place) => {
      followed.add(id);
      open++;
      const log = sink.source(pod.name, container, only);
      try {
        await connection.followLogs({ namespace, pod: pod.name, container }, from, log, signal);
      } catch (error) {
        if (!Trouble.is(error)) throw error;
        log.note(error.text);
      } finally {
        open--;
      }
      const [next] = waiting;
      if (!next || signal.aborted) return;
      waiting.delete(next[0]);
      follow(...next).catch(stop);
    };
    const see = (row: ObjectRow) => {
      const pod = row as SeenPod;
      // Before it has a node there is nothing to ask.
      if (pod.node === undefined) return;
      for (const container of pod.toFollow) {
        const id = `${pod.uid}/${container}`;
        if (followed.has(id) || waiting.has(id)) continue;
        // Of a pod that comes while we look, everything is new.
        const from = wasListed ? {} : start;
        const place = { pod, container, only: pod.toFollow.length === 1, from };
        if (open < MOST_LOGS) follow(id, place).catch(stop);
        else waiting.set(id, place);
      }
    };
    const forget = (uid: string) => {
      for (const [id, { pod }] of waiting) if (pod.uid === uid) waiting.delete(id);
    };
    const tellMore = () => {
      if (waiting.size > told)
        sink.note(
          `${waiting.size.toLocaleString("en")} more: ${MOST_LOGS} logs are followed at once, the next when one of them ends.`,
        );
      told = Math.max(told, waiting.size);
    };
    const stop = (error: unknown) => {
      watch.dispose();
      listener.dispose();
      reject(error as Error);
    };
    const watch = connection.watch(
      seeing(),
      namespace,
      {
        onEvents(events) {
          for (const event of events) {
            // Those that are still there come again.
            if (event.type === "relist") waiting.clear();
            if (event.type === "gone") forget(event.uid);
            if (event.type === "page") event.rows.forEach(see);
            if (event.type === "set") see(event.row);
            if (event.type !== "listed") continue;
            if (!wasListed && followed.size === 0) sink.note("There are no pods; waiting for one…");
            wasListed = true;
          }
          if (wasListed) tellMore();
        },
        onState(state: WatchState) {
          if (state.state === "blocked") stop(state.trouble);
        },
      },
      query,
    );
    const listener = onAbort(signal, () => {
      watch.dispose();
      resolve();
    });
  });
}

interface Place {
  pod: SeenPod;
  container: string;
  only: boolean;
  from: LogStart;
}

type SeenPod = ObjectRow & { node?: string; toFollow: readonly string[] };

/** Pods whose rows say which of their containers have a log that goes on. In JSON: the whole object is wanted. */
function seeing(): Kind {
  const known = kindNamed("Pod");
  if (!known) throw new Error("The kind Pod is not known");
  const { wire: _, ...kind } = known;
  return {
    ...kind,
    project: (object) =>
      ({
        ...kind.project(object),
        toFollow: containersOf(object)
          .filter(({ role }) => role !== "init")
          .map(({ name }) => name),
      }) as SeenPod,
  };
}
