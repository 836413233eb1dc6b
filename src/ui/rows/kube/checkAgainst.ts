// Holds a manifest that is open against a cluster, and keeps what came of it.
import type { App } from "../../../app/app.ts";
import { askCluster } from "../../../app/jobs/clusterCheck/clusterCheck.ts";
import { readSchemas } from "../../../app/jobs/clusterCheck/readSchemas.ts";
import type { ClusterVerdict } from "../../../app/stores/clusterFindings.ts";
import type { Signal } from "../../../base/signal.ts";
import { knownValues } from "../../../core/kube/live/values.ts";
import { Trouble } from "../../../base/trouble.ts";

export interface OpenManifest {
  readonly name: string;
  readonly text: string;
  /** As the editor calls it. */
  readonly uri: string;
}

/** @throws Trouble when it is no manifest, or the cluster can't be reached. */
export async function checkAgainst(
  app: App,
  source: OpenManifest,
  context: string,
  step: (text: string, fraction?: number) => void,
  signal: Signal,
): Promise<ClusterVerdict & { unseen: readonly string[] }> {
  // The parser is too much to load before anybody asks a cluster.
  const { readManifest } = await import("../../../core/kube/manifest.ts");
  const manifest = readManifest(source.text, true);
  if ("problem" in manifest)
    throw new Trouble("bad-input", `${source.name} can't be checked. ${manifest.problem}`);
  const { connection, entry } = await app.clusters.open(context);
  const { objects } = manifest;
  const namespace = entry.namespace ?? "default";
  const asked = await askCluster(
    connection,
    { context, namespace, objects, dryRun: true, generous: true },
    step,
    signal,
  );
  app.servedCluster.saw(context, knownValues(asked.input.facts), app.clock.now());
  step("Reading schemas");
  const apiVersions = objects.map(({ apiVersion }) => apiVersion);
  const { changed } = await readSchemas(connection, await app.schemaKeep(), apiVersions, signal);
  app.servedCluster.learned(context, await connection.version(signal), changed);
  const findings = await app.judge(source.uri, asked.input);
  const verdict = { context, atMs: app.clock.now(), findings };
  if (!signal.aborted) app.clusterFindings.set(source.uri, verdict);
  return { ...verdict, unseen: asked.unseen };
}
