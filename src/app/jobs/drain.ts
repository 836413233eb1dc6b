// Empties a node: asks its pods to leave, again where a disruption budget holds one, until none is left.
import { type Clock, sleep } from "../../base/clock.ts";
import { isAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type DrainPod, podWords } from "../../core/kube/drain.ts";
import { kindNamed } from "../../core/kube/kinds.ts";
import type { WatchEvent } from "../../core/kube/knownRows.ts";
import type { ClusterConnection, WatchState } from "../stores/cluster/port.ts";

/** A pod that is held is asked again this often, as kubectl does. */
const AGAIN_MS = 5_000;

export interface LeftPod extends DrainPod {
  /** Why it is still there; undefined when it is on its way out. */
  why: string | undefined;
}

/**
 * @param report is told of each change, with the pods that are still there.
 * @returns the pods that are still there: none, unless `signal` fired.
 * @throws Trouble for a right that is missing.
 */
export async function drain(
  parts: { connection: ClusterConnection; clock: Clock },
  node: string,
  pods: readonly DrainPod[],
  report: (left: readonly LeftPod[]) => void,
  signal: Signal,
): Promise<LeftPod[]> {
  const left = new Map(pods.map((pod): [string, LeftPod] => [pod.uid, { ...pod, why: undefined }]));
  const asked = new Set<string>();
  const shown = () => Array.from(left.values());
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const gone = (uid: string) => {
    if (!left.delete(uid)) return;
    report(shown());
    if (left.size === 0) over.abort();
  };
  const watch = watchNode(parts.connection, node, {
    gone,
    there: (uids) => {
      for (const uid of left.keys()) if (!uids.has(uid)) gone(uid);
    },
    blocked: (trouble) => over.abort(trouble),
  });
  try {
    if (left.size === 0) return [];
    report(shown());
    while (!either.aborted) {
      for (const pod of shown()) {
        if (either.aborted || asked.has(pod.uid) || !left.has(pod.uid)) continue;
        const why = await ask(parts.connection, pod, either);
        if (why === "evicted") asked.add(pod.uid);
        if (why === "gone") gone(pod.uid);
        else if (left.has(pod.uid))
          left.set(pod.uid, { ...pod, why: why === "evicted" ? undefined : why.held });
        report(shown());
      }
      await sleep(parts.clock, AGAIN_MS, either);
    }
  } catch (error) {
    if (!isAbort(error)) throw error;
  } finally {
    watch.dispose();
  }
  if (Trouble.is(over.signal.reason)) throw over.signal.reason;
  return shown();
}

async function ask(
  connection: ClusterConnection,
  pod: DrainPod,
  signal: Signal,
): Promise<"evicted" | "gone" | { held: string }> {
  try {
    const answer = await connection.evict(pod, signal);
    return answer.how === "held" ? { held: answer.why } : answer.how;
  } catch (error) {
    // A pod with two budgets, a server that is away for a moment: that may pass, a missing right does not.
    if (!Trouble.is(error) || error.kind === "denied") throw error;
    return { held: error.text };
  }
}

interface NodeSink {
  gone(uid: string): void;
  /** A whole list: these are on the node. */
  there(uids: ReadonlySet<string>): void;
  blocked(trouble: Trouble): void;
}

function watchNode(connection: ClusterConnection, node: string, sink: NodeSink): { dispose(): void } {
  const pods = kindNamed("Pod");
  if (!pods) throw new Error("The kind Pod is not known");
  let listed = new Set<string>();
  const onEvents = (events: readonly WatchEvent[]) => {
    for (const event of events) {
      if (event.type === "relist") listed = new Set();
      else if (event.type === "page") for (const { uid } of event.rows) listed.add(uid);
      if (event.type === "listed") sink.there(listed);
      if (event.type === "gone") sink.gone(event.uid);
    }
  };
  const onState = (state: WatchState) => {
    if (state.state === "blocked") sink.blocked(state.trouble);
  };
  return connection.watch(pods, undefined, { onEvents, onState }, { fieldSelector: `spec.nodeName=${node}` });
}

/** `ml/train-0 (its disruption budget …)`, at most `most` of them. */
export function leftWords(left: readonly LeftPod[], most: number): string {
  const named = left.slice(0, most).map((pod) => `${podWords(pod)} (${pod.why ?? "is ending"})`);
  return [...named, ...(left.length > most ? [`${left.length - most} more`] : [])].join(", ");
}
