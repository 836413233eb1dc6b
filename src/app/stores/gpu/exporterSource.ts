// dcgm-exporter through the pod proxy: found once, then one request for each node and second, for all its pods.
import type { Clock } from "../../../base/clock.ts";
import { isAbort } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { type KubeObject, record } from "../../../core/kube/object.ts";
import {
  type Exporter,
  exporterOf,
  exporterSelectors,
  readExporterPage,
  runsExporter,
} from "../../../core/gpu/samplers/dcgmExporter.ts";
import type { ClusterConnection } from "../cluster/port.ts";
import {
  failed,
  type GpuSource,
  isDue,
  type NodeNeed,
  sentence,
  type SourceReport,
  trying,
} from "./source.ts";

/** A little less than a tick, so that none is left out for a few milliseconds. */
const INTERVAL_MS = 900;
/** Exporters come and go with their nodes: they are looked for again after this long, when one is missed. */
const LOOK_AGAIN_MS = 60_000;
/** The same after a search that failed, and when one that was there is gone. */
const LOOK_SOON_MS = 3_000;
/** A node that failed this often in a row is asked again less often. */
const PATIENCE = 3;
const RETRY_MS = 30_000;
/** Requests at once and in each tick: a large cluster is asked in turns. */
const MOST_AT_ONCE = 16;
const MOST_A_TICK = 64;

interface Target {
  exporter: Exporter;
  isBusy: boolean;
  failures: number;
  /** Not before this time. */
  dueMs: number;
  page: string | undefined;
  report: SourceReport;
}

export class ExporterSource implements GpuSource {
  readonly id = "dcgm-exporter";
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #targets = new Map<string, Target>();
  #search: Promise<void> | undefined;
  #isSearched = false;
  #searchDueMs = 0;
  /** Why no exporter was found. */
  #why: string | undefined;
  #turn = 0;
  #waiting: Target[] = [];
  #busy = 0;

  constructor(connection: ClusterConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Nodes that have an exporter, also those whose GPUs nobody holds. */
  get nodes(): string[] {
    return Array.from(this.#targets.keys());
  }

  tick(needs: readonly NodeNeed[]): void {
    const nowMs = this.#clock.now();
    const isMissed = needs.some(({ node }) => (this.#targets.get(node)?.failures ?? PATIENCE) >= PATIENCE);
    if (!this.#search && isDue(nowMs, this.#searchDueMs) && (isMissed || needs.length === 0))
      this.#search = this.#find();
    const due = needs
      .map(({ node }) => this.#targets.get(node))
      .filter((target) => target !== undefined && !target.isBusy && isDue(nowMs, target.dueMs));
    this.#waiting = [];
    for (let left = Math.min(due.length, MOST_A_TICK); left > 0; left--) {
      const target = due[this.#turn++ % due.length];
      if (target) this.#waiting.push(target);
    }
    this.#next();
  }

  lookAgain(): void {
    this.#searchDueMs = 0;
  }

  report(node: string): SourceReport {
    const target = this.#targets.get(node);
    if (target) return target.report;
    if (!this.#isSearched) return trying();
    return failed(this.#why ?? "No dcgm-exporter runs on this node.");
  }

  dispose(): void {
    this.#ended.abort();
  }

  #next(): void {
    while (this.#busy < MOST_AT_ONCE && !this.#ended.signal.aborted) {
      const target = this.#waiting.shift();
      if (!target) return;
      void this.#ask(target);
    }
  }

  async #find(): Promise<void> {
    try {
      const found = await this.#exporters();
      const nodes = new Set(found.map(({ node }) => node));
      for (const node of this.#targets.keys()) if (!nodes.has(node)) this.#targets.delete(node);
      for (const exporter of found) {
        const known = this.#targets.get(exporter.node);
        if (known?.exporter.pod === exporter.pod && known.exporter.namespace === exporter.namespace) continue;
        // Of one that was replaced, what it said last stays until the new one has said something.
        const before = known?.report.state === "ok" ? known.report : undefined;
        this.#targets.set(exporter.node, newTarget(exporter, before));
      }
      this.#searchDueMs = this.#clock.now() + LOOK_AGAIN_MS;
      this.#why =
        found.length === 0
          ? "No dcgm-exporter was found in the cluster: NVIDIA's GPU operator brings one."
          : undefined;
    } catch (error) {
      if (isAbort(error)) return;
      this.#why = sentence(error);
      const wait = Trouble.is(error, "denied") ? LOOK_AGAIN_MS : LOOK_SOON_MS;
      this.#searchDueMs = this.#clock.now() + wait;
    } finally {
      this.#search = undefined;
    }
    this.#isSearched = true;
  }

  async #exporters(): Promise<Exporter[]> {
    const pods = (selector: string) => this.#connection.list("/api/v1/pods", selector, this.#ended.signal);
    for (const selector of exporterSelectors) {
      const found = exportersIn(await pods(selector));
      if (found.length > 0) return found;
    }
    // One that was installed under labels of its own is known by its image.
    const sets = await this.#connection
      .list("/apis/apps/v1/daemonsets", "", this.#ended.signal)
      .catch((error: unknown) => {
        if (Trouble.is(error, "denied")) return [];
        throw error;
      });
    for (const set of sets.filter(runsExporter)) {
      const labels = Object.entries(record(set, "spec", "selector", "matchLabels"));
      if (labels.length === 0) continue;
      const found = exportersIn(
        await pods(labels.map(([name, value]) => `${name}=${String(value)}`).join(",")),
      );
      if (found.length > 0) return found;
    }
    return [];
  }

  async #ask(target: Target): Promise<void> {
    const { namespace, pod, port } = target.exporter;
    target.isBusy = true;
    this.#busy += 1;
    target.dueMs = this.#clock.now() + INTERVAL_MS;
    try {
      const page = await this.#connection.proxied(
        { kind: "pods", namespace, name: pod, port: String(port), path: "/metrics" },
        this.#ended.signal,
      );
      this.#take(target, page);
    } catch (error) {
      if (isAbort(error)) return;
      target.failures += 1;
      const isBlocked = Trouble.is(error, "denied");
      if (isBlocked || target.failures >= PATIENCE) target.dueMs = this.#clock.now() + RETRY_MS;
      // A single failure is no news: what was read stays, and grows old.
      if (isBlocked || target.failures >= PATIENCE || target.report.state === "trying")
        target.report = failed(sentence(error), target.report);
      // Its pod is gone: there may be another already.
      if (Trouble.is(error, "not-found")) {
        target.failures = PATIENCE;
        this.#searchDueMs = Math.min(this.#searchDueMs, this.#clock.now() + LOOK_SOON_MS);
      }
    } finally {
      target.isBusy = false;
      this.#busy -= 1;
      this.#next();
    }
  }

  #take(target: Target, page: string): void {
    const nowMs = this.#clock.now();
    target.failures = 0;
    const report = { ...target.report, place: `${target.exporter.namespace}/${target.exporter.pod}` };
    // The exporter measures every 30 seconds unless it is told otherwise: most pages are the one before.
    if (page === target.page && report.state === "ok") {
      target.report = { ...report, readMs: nowMs };
      return;
    }
    target.page = page;
    const { devices, trouble } = readExporterPage(page);
    target.report =
      trouble === undefined
        ? { ...report, state: "ok", devices, readMs: nowMs, changedMs: nowMs, why: undefined }
        : failed(trouble, report);
  }
}

function newTarget(exporter: Exporter, before: SourceReport | undefined): Target {
  const report = before ?? trying(`${exporter.namespace}/${exporter.pod}`);
  return { exporter, isBusy: false, failures: 0, dueMs: 0, page: undefined, report };
}

function exportersIn(pods: readonly KubeObject[]): Exporter[] {
  return pods.map(exporterOf).filter((exporter) => exporter !== undefined);
}
