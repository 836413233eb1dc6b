// What a cluster says of the manifests of a run: asked once for all of them, and told of each at its place.
import { homedir } from "node:os";
import { join } from "node:path";
import { readFacts } from "../../app/jobs/clusterCheck/readFacts.ts";
import { readSchemas } from "../../app/jobs/clusterCheck/readSchemas.ts";
import { tryObjects } from "../../app/jobs/clusterCheck/tryObjects.ts";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { readManifest } from "../../core/kube/manifest.ts";
import type { ManifestObject } from "../../core/kube/manifestObject.ts";
import type { KindSchema } from "../../core/kube/schema/schema.ts";
import { fileFacts } from "../../core/rules/fileFacts.ts";
import { fileKind } from "../../core/rules/fileKind.ts";
import { type FileChecker, MAXIMUM_BYTES } from "../../io/check/fileChecker.ts";
import type { Connection } from "../../io/kube/connection.ts";
import { ServedFiles } from "../../io/served/servedFiles.ts";
import { textIfReadable } from "../../io/files/readText.ts";
import type { World } from "../world.ts";
import type { Input } from "./facts.ts";
import type { Checked } from "./fixing.ts";
import type { ClusterOptions } from "./options.ts";

/** So much of what could not be seen is told. */
const MOST_UNSEEN = 10;

interface Manifest {
  readonly checked: Checked;
  readonly text: string;
  readonly objects: readonly ManifestObject[];
}

/** A cluster that is open for one run. */
export interface OpenCluster {
  readonly connection: Connection;
  readonly context: string;
  readonly namespace: string;
  readonly dryRun: boolean;
}

/** What of a cluster counts for a check without it. */
export interface LearnedCluster {
  readonly clusterVersion: string | undefined;
  /** The kinds among these texts that are not Kubernetes' own. */
  readonly definitions: readonly KindSchema[];
}

/** @throws Trouble when the cluster can't be asked. */
export async function learnCluster(
  { connection }: OpenCluster,
  texts: Iterable<string>,
  world: World,
): Promise<LearnedCluster> {
  const clusterVersion = await connection.version(world.signal);
  const named = Array.from(texts).flatMap((text) =>
    Array.from(text.matchAll(/^apiVersion: *["']?([\w./-]+)/gm), ([, apiVersion = ""]) => apiVersion),
  );
  const files = new ServedFiles(join(cacheFolder(world), "served"));
  const { index } = await readSchemas(connection, files, named, world.signal);
  return { clusterVersion, definitions: files.kinds(index) };
}

function cacheFolder({ environment }: World): string {
  const cache = environment["XDG_CACHE_HOME"] ?? "";
  return join(cache === "" ? join(homedir(), ".cache") : cache, "slipway");
}

/** The same with what the cluster says. @throws Trouble when it can't be asked. */
export async function withCluster(
  all: readonly Checked[],
  { connection, context, namespace, dryRun }: OpenCluster,
  { checker, input }: { checker: FileChecker; input: Input | undefined },
  world: World,
): Promise<Checked[]> {
  const manifests = all.flatMap((checked) => manifestOf(checked, input));
  if (manifests.length === 0) return [...all];
  const objects = manifests.flatMap((manifest) => manifest.objects);
  const step = () => {};
  const { facts, unseen } = await readFacts(connection, { context, namespace, objects }, step, world.signal);
  const open = [...unseen];
  const others = manifests.flatMap(
    ({ checked, text }) => fileFacts(checked.target.path, text)?.objects ?? [],
  );
  const said = new Map<Checked, Checked>();
  for (const { checked, text, objects: own } of manifests) {
    const tried = dryRun
      ? await tryObjects(connection.trier(), own, namespace, step, world.signal, objects)
      : { answers: [], unseen: [] };
    open.push(...tried.unseen.map((sentence) => `${checked.target.shown}: ${sentence}`));
    const { path } = checked.target;
    const findings = checker.against(path, text, { facts, answers: tried.answers, others });
    if (findings.length > 0) said.set(checked, withFindings(checked, findings, text));
  }
  for (const sentence of open.slice(0, MOST_UNSEEN)) world.error(`slipway: ${sentence}\n`);
  if (open.length > MOST_UNSEEN)
    world.error(`slipway: And ${open.length - MOST_UNSEEN} more could not be seen.\n`);
  return all.map((checked) => said.get(checked) ?? checked);
}

/** @throws Trouble when the kubeconfig does not have the context. */
export async function openCluster(
  { context: wanted, dryRun }: ClusterOptions,
  world: World,
): Promise<OpenCluster> {
  const [{ KubeClusters }, { kubeconfigPaths }] = await Promise.all([
    import("../../io/kube/clusters.ts"),
    import("../../io/kube/kubeconfig.ts"),
  ]);
  const { environment } = world;
  const paths = () => kubeconfigPaths([], environment);
  const clusters = new KubeClusters(paths, systemClock, silentLog, { environment });
  const view = await clusters.load();
  const name = wanted ?? view.current;
  const entry = view.contexts.find((one) => one.name === name);
  if (!entry) {
    const names = view.contexts.map((one) => one.name).join(", ");
    const text =
      view.trouble ??
      (name === undefined
        ? `The kubeconfig has no current context: name one with --context (${names}).`
        : `The kubeconfig has no context ${name}; it has ${names}.`);
    throw new Trouble("not-found", text);
  }
  const connection = await clusters.connect(entry.name);
  return { connection, context: entry.name, namespace: entry.namespace ?? "default", dryRun };
}

/** A file that can't be read as a manifest was told of already. */
function manifestOf(checked: Checked, input: Input | undefined): Manifest[] {
  const { target, result } = checked;
  if (result.outcome.kind !== "checked") return [];
  const text = target === input?.target ? input.text : textIfReadable(target.path, MAXIMUM_BYTES);
  if (text === undefined || fileKind(target.path, text) !== "kubernetes") return [];
  const manifest = readManifest(text, true);
  return "objects" in manifest ? [{ checked, text, objects: manifest.objects }] : [];
}

function withFindings(
  { target, result }: Checked,
  more: ReturnType<FileChecker["against"]>,
  text: string,
): Checked {
  const before = result.outcome.kind === "checked" ? result.outcome.findings : [];
  const findings = [...before, ...more].toSorted(
    (one, other) =>
      one.range.start.line - other.range.start.line || one.range.start.column - other.range.start.column,
  );
  return { target, result: { ...result, outcome: { kind: "checked", findings, text } } };
}
