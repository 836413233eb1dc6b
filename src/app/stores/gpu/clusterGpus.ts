// The GPUs of one context as far as they are known: from the fittest source of each node, while somebody reads.
import type { Clock } from "../../../base/clock.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import { History, historySeconds } from "../../../core/gpu/history.ts";
import { podFigures, podKey, rowsByPod, type UsageRow, usageRows } from "../../../core/gpu/usage.ts";
import type { Figures } from "../../../core/gpu/sample.ts";
import { hasEnded } from "../../../core/kube/grouping.ts";
import type { NodeRow, PodRow } from "../../../core/kube/row.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ExporterSource } from "./exporterSource.ts";
import { PrometheusSource } from "./prometheusSource.ts";
import { SmiSource } from "./smiSource.ts";
import {
  failed,
  type GpuSource,
  isFresh,
  type NodeNeed,
  type SourceId,
  type SourceReport,
} from "./source.ts";

const TICK_MS = 1_000;
/** While a person waits for the first figures. */
const SOON_MS = 150;
const PATIENCE_MS = 5_000;
/** Devices whose history is kept; of more, those that were first seen. */
const MOST_HISTORIES = 1_024;

export interface NodeUsage {
  node: string;
  /** The source that is used; of those that were tried, the last when none serves. */
  source: SourceId;
  report: SourceReport;
  /** Sources that would be fitter, and why they do not serve. */
  tried: readonly { source: SourceId; why: string }[];
  rows: readonly UsageRow[];
}

export interface GpuReader {
  /** Whether nvidia-smi may be run in pods for this reader. */
  runsInPods: boolean;
}

export interface GpuWorld {
  clock: Clock;
  /** Called after each look at the sources, with the nodes of which something else is to be said than before. */
  changed(nodes: ReadonlySet<string>): void;
  /** Whether programs may be run for this workspace. */
  isTrusted(): boolean;
  /** Where pods are read when they may not be listed in all namespaces. */
  namespaces: readonly string[];
}

/** Rows of a node, with the report as it was when they were made of it. */
interface Made {
  report: SourceReport;
  facts: string;
  rows: readonly UsageRow[];
  byPod: ReadonlyMap<string, readonly UsageRow[]>;
  /** Of each pod that was looked at. */
  figures: Map<string, Figures | undefined>;
}

export class ClusterGpus implements Disposable {
  readonly cluster: Cluster;
  readonly #world: GpuWorld;
  readonly #clock: Clock;
  readonly #readers = new Set<GpuReader>();
  readonly #histories = new Map<string, History>();
  #reading: Disposables | undefined;
  #sources: readonly GpuSource[] = [];
  #exporters: ExporterSource | undefined;
  #tick: Disposable | undefined;
  /** By the node's name. */
  #usage: ReadonlyMap<string, NodeUsage> = new Map();
  readonly #made = new Map<string, Made>();
  /** What there was to say of each node at the last look. */
  #said: ReadonlyMap<string, Said> = new Map();
  #readUntilMs: number | undefined;
  #startedMs = 0;

  constructor(cluster: Cluster, world: GpuWorld) {
    this.cluster = cluster;
    this.#world = world;
    this.#clock = world.clock;
  }

  /** Asks the sources until the last reader is gone; what was read stays for a reader that comes back. */
  read(reader: GpuReader): Disposable {
    this.#readers.add(reader);
    if (!this.#reading) this.#start();
    else for (const source of this.#sources) source.lookAgain?.();
    return {
      dispose: () => {
        if (this.#readers.delete(reader) && this.#readers.size === 0) this.#stop();
      },
    };
  }

  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** When it was last read by anybody; undefined while somebody does. */
  get idleSinceMs(): number | undefined {
    return this.#readUntilMs;
  }

  /** Nodes with GPUs, by name. */
  get nodes(): readonly NodeUsage[] {
    return Array.from(this.#usage.values());
  }

  node(name: string): NodeUsage | undefined {
    return this.#usage.get(name);
  }

  /** What the pod uses of its GPUs, all of them together. */
  pod(
    row: PodRow,
  ): { figures: Figures | undefined; usage: NodeUsage; rows: readonly UsageRow[] } | undefined {
    const usage = row.node === undefined ? undefined : this.#usage.get(row.node);
    if (!usage || row.namespace === undefined) return undefined;
    const { namespace, name } = row;
    const made = this.#made.get(usage.node);
    const key = podKey(namespace, name);
    const rows = made?.byPod.get(key) ?? [];
    // A pod's devices are among the facts that rows are made of.
    if (made && !made.figures.has(key))
      made.figures.set(key, podFigures(rows, { namespace, pod: name, devices: nvidiaDevices(row) }));
    return { figures: made?.figures.get(key), usage, rows };
  }

  history(device: string): History | undefined {
    return this.#histories.get(device);
  }

  /** The last second in which anything was written. */
  get lastSecond(): number {
    let last = 0;
    for (const history of this.#histories.values()) last = Math.max(last, history.lastSecond);
    return last;
  }

  dispose(): void {
    this.#readers.clear();
    this.#stop();
  }

  #start(): void {
    this.#readUntilMs = undefined;
    this.#startedMs = this.#clock.now();
    const reading = new Disposables();
    this.#reading = reading;
    reading.add(this.cluster.read("Node"));
    reading.add(this.cluster.read("Pod"));
    for (const namespace of this.#world.namespaces) reading.add(this.cluster.read("Pod", namespace));
    const { connection } = this.cluster;
    const exporters = reading.add(new ExporterSource(connection, this.#clock));
    const nodeOf = (host: string) => this.#nodeOfHost(host);
    this.#exporters = exporters;
    this.#sources = [
      exporters,
      reading.add(new PrometheusSource(connection, this.#clock, nodeOf)),
      reading.add(new SmiSource(connection, this.#clock, () => this.#mayNotRun())),
    ];
    this.#run();
  }

  #stop(): void {
    this.#tick?.dispose();
    this.#tick = undefined;
    this.#reading?.dispose();
    this.#reading = undefined;
    this.#sources = [];
    this.#exporters = undefined;
    this.#readUntilMs = this.#clock.now();
  }

  #run(): void {
    const needs = this.#needs();
    let left = needs;
    for (const source of this.#sources) {
      source.tick(left);
      left = left.filter(({ node }) => source.report(node).state === "failed");
    }
    const before = this.#said;
    this.#collect(needs);
    const isWaiting = this.#usage.size === 0 || this.nodes.some(({ report }) => report.state === "trying");
    const isNew = this.#clock.now() - this.#startedMs < PATIENCE_MS;
    this.#tick = this.#clock.after(isWaiting && isNew ? SOON_MS : TICK_MS, () => this.#run());
    this.#world.changed(others(before, this.#said));
  }

  /** Nodes whose GPUs are held, and idle ones that an exporter stands on. */
  #needs(): NodeNeed[] {
    const byNode = new Map<string, NodeNeed["pods"][number][]>();
    for (const row of this.cluster.rows("Node"))
      if (Object.keys(row.allocatable).some(isNvidia)) byNode.set(row.name, []);
    for (const node of this.#exporters?.nodes ?? []) if (!byNode.has(node)) byNode.set(node, []);
    for (const pod of this.cluster.rows("Pod")) {
      if (pod.node === undefined || pod.namespace === undefined || hasEnded(pod)) continue;
      const devices = nvidiaDevices(pod);
      if (devices === 0) continue;
      const pods = byNode.get(pod.node) ?? [];
      byNode.set(pod.node, pods);
      if (pod.phase === "Running")
        pods.push({ namespace: pod.namespace, name: pod.name, uid: pod.uid, devices });
    }
    return Array.from(byNode, ([node, pods]) => ({ node, pods })).sort((one, other) =>
      one.node < other.node ? -1 : 1,
    );
  }

  #collect(needs: readonly NodeNeed[]): void {
    const nowMs = this.#clock.now();
    const second = Math.floor(nowMs / 1000);
    const nodes = new Map(this.cluster.rows("Node").map((row) => [row.name, row]));
    const usage = needs.map((need): [string, NodeUsage] => {
      const { source, report, tried } = this.#fittest(need.node);
      const rows = this.#rows(need, report, nodes.get(need.node));
      if (isFresh(report, nowMs))
        for (const row of rows) if (row.kind === "device") this.#remember(row, second);
      return [need.node, { node: need.node, source, report, tried, rows }];
    });
    this.#usage = new Map(usage);
    this.#said = new Map(usage.map(([node, one]) => [node, saidOf(one, nowMs)]));
    for (const node of this.#made.keys()) if (!this.#usage.has(node)) this.#made.delete(node);
  }

  #fittest(node: string): { source: SourceId; report: SourceReport; tried: NodeUsage["tried"] } {
    const tried: { source: SourceId; why: string }[] = [];
    let last: SourceReport = failed("Nothing was asked yet.");
    let id: SourceId = "dcgm-exporter";
    for (const source of this.#sources) {
      const report = source.report(node);
      if (report.state !== "failed") return { source: source.id, report, tried };
      tried.push({ source: source.id, why: report.why ?? "" });
      // What an earlier source brought before it failed is worth more than nothing.
      if (last.devices.length === 0) {
        last = report;
        id = source.id;
      }
    }
    return { source: id, report: last, tried };
  }

  /** Made anew only when the report or the pods on the node are others. */
  #rows({ node, pods }: NodeNeed, report: SourceReport, row: NodeRow | undefined): readonly UsageRow[] {
    const holders = pods.map(({ namespace, name, devices }) => {
      const why = report.whys?.get(`${namespace}/${name}`);
      return { namespace, pod: name, devices, why };
    });
    const facts = JSON.stringify([holders, row?.sharing]);
    const made = this.#made.get(node);
    if (made?.report.devices === report.devices && made.facts === facts) return made.rows;
    const rows = usageRows(report.devices, { node, sharing: row?.sharing, holders });
    this.#made.set(node, { report, facts, rows, byPod: rowsByPod(rows), figures: new Map() });
    return rows;
  }

  #remember(row: UsageRow, second: number): void {
    let history = this.#histories.get(row.device);
    if (!history) {
      this.#forgetOld(second);
      if (this.#histories.size >= MOST_HISTORIES) return;
      history = new History();
      this.#histories.set(row.device, history);
    }
    history.write(second, row.figures);
  }

  #forgetOld(second: number): void {
    for (const [device, history] of this.#histories)
      if (history.lastSecond < second - historySeconds) this.#histories.delete(device);
  }

  #nodeOfHost(host: string): string | undefined {
    if (this.cluster.rows("Node").some((row) => row.name === host)) return host;
    return this.cluster.rows("Pod").find((row) => row.name === host)?.node;
  }

  #mayNotRun(): string | undefined {
    if (!this.#world.isTrusted()) return "nvidia-smi is not run in pods while the workspace is not trusted.";
    for (const reader of this.#readers) if (reader.runsInPods) return undefined;
    return "nvidia-smi is run in a pod only while the panel GPU Usage is shown.";
  }
}

/** All that rows of the tree say of a node's GPUs. */
interface Said {
  rows: readonly UsageRow[];
  source: string;
}

function saidOf({ source, report, tried, rows }: NodeUsage, nowMs: number): Said {
  const { state, place } = report;
  return { rows, source: JSON.stringify([source, state, place, tried, isFresh(report, nowMs)]) };
}

/** Names of what is said otherwise, or was not said before, or no more. */
function others(before: ReadonlyMap<string, Said>, after: ReadonlyMap<string, Said>): Set<string> {
  const names = new Set([...before.keys(), ...after.keys()]);
  for (const name of names) {
    const [was, is] = [before.get(name), after.get(name)];
    if (was && is && was.rows === is.rows && was.source === is.source) names.delete(name);
  }
  return names;
}

function isNvidia(resource: string): boolean {
  return resource.startsWith("nvidia.com/");
}

/** Looked at for each pod of the cluster each second, so without a copy of its counts. */
function nvidiaDevices({ accelerators }: PodRow): number {
  let sum = 0;
  for (const name in accelerators) if (isNvidia(name)) sum += accelerators[name] ?? 0;
  return sum;
}
