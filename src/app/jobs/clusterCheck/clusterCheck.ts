// Holds a manifest against an open cluster: what it has, and what its server says when it tries to apply.
import type { Signal } from "../../../base/signal.ts";
import type { ManifestObject } from "../../../core/kube/manifestObject.ts";
import type { ClusterInput } from "../../../core/rules/liveCluster.ts";
import type { ClusterConnection } from "../../stores/cluster/port.ts";
import { type FactsConnection, readFacts } from "./readFacts.ts";
import { tryObjects } from "./tryObjects.ts";

export interface CheckedCluster {
  readonly input: ClusterInput;
  /** What could not be seen, a sentence each: about that nothing was found, and nothing is said. */
  readonly unseen: readonly string[];
}

export type CheckConnection = FactsConnection & Pick<ClusterConnection, "trier">;

export interface ClusterQuestion {
  readonly context: string;
  /** For objects that name none. */
  readonly namespace: string;
  readonly objects: readonly ManifestObject[];
  /** Has the server try to apply them, too. */
  readonly dryRun: boolean;
  /** Reads also what could be named, to be offered while somebody writes. */
  readonly generous: boolean;
}

/** @throws Trouble when the cluster can't be reached. */
export async function askCluster(
  connection: CheckConnection,
  question: ClusterQuestion,
  step: (text: string, fraction?: number) => void,
  signal: Signal,
): Promise<CheckedCluster> {
  const { namespace, objects, dryRun } = question;
  const tried = dryRun
    ? await tryObjects(connection.trier(), objects, namespace, step, signal)
    : { answers: [], unseen: [] };
  const { facts, unseen } = await readFacts(connection, question, step, signal);
  return { input: { facts, answers: tried.answers }, unseen: [...tried.unseen, ...unseen] };
}
