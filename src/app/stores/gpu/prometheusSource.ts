// Prometheus through the service proxy, where one scrapes dcgm-exporter: one query brings all nodes.
import type { Clock } from "../../../base/clock.ts";
import { Trouble } from "../../../base/trouble.ts";
import { isAbort } from "../../../base/signal.ts";
import {
  prometheusOf,
  prometheusPath,
  prometheusSelectors,
  type PrometheusService,
  readPrometheus,
} from "../../../core/gpu/samplers/prometheus.ts";
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

/** It scrapes every 15 to 60 seconds: to ask more often would bring the same samples. */
const INTERVAL_MS = 5_000;
const LOOK_AGAIN_MS = 60_000;
/** One that fails is asked again soon, as it may be starting; after so many failures in a row, less often. */
const RETRY_SOON_MS = 3_000;
const RETRY_MS = 30_000;
const PATIENCE = 5;

export class PrometheusSource implements GpuSource {
  readonly id = "prometheus";
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #nodeOfExporter: (host: string) => string | undefined;
  readonly #ended = new AbortController();
  #service: PrometheusService | undefined;
  #isBusy = false;
  #dueMs = 0;
  #failures = 0;
  #whole = trying();
  #byNode = new Map<string, SourceReport>();

  /** @param nodeOfExporter the node behind a `Hostname`, which is an exporter's pod in some releases. */
  constructor(
    connection: ClusterConnection,
    clock: Clock,
    nodeOfExporter: (host: string) => string | undefined,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#nodeOfExporter = nodeOfExporter;
  }

  tick(needs: readonly NodeNeed[]): void {
    if (needs.length === 0 || this.#isBusy || !isDue(this.#clock.now(), this.#dueMs)) return;
    this.#isBusy = true;
    void this.#ask().finally(() => {
      this.#isBusy = false;
    });
  }

  lookAgain(): void {
    if (!this.#service) this.#dueMs = 0;
  }

  report(node: string): SourceReport {
    if (this.#whole.state !== "ok") return this.#whole;
    return (
      this.#byNode.get(node) ??
      failed("Prometheus has no DCGM metrics of this node.", { ...this.#whole, devices: [] })
    );
  }

  dispose(): void {
    this.#ended.abort();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#ended;
    try {
      this.#service ??= await this.#find();
      const service = this.#service;
      if (!service) {
        this.#fail("No Prometheus was found in the cluster.", LOOK_AGAIN_MS);
        return;
      }
      const answer = await this.#connection.proxied(
        {
          kind: "services",
          namespace: service.namespace,
          name: service.service,
          port: service.port,
          path: prometheusPath(),
        },
        signal,
      );
      this.#take(answer, `${service.namespace}/${service.service}`);
    } catch (error) {
      if (isAbort(error)) return;
      this.#service = undefined;
      this.#fail(sentence(error), Trouble.is(error, "denied") ? RETRY_MS : this.#retryMs());
    }
  }

  #retryMs(): number {
    this.#failures += 1;
    return this.#failures <= PATIENCE ? RETRY_SOON_MS : RETRY_MS;
  }

  #fail(why: string, waitMs: number): void {
    this.#dueMs = this.#clock.now() + waitMs;
    this.#whole = failed(why, this.#whole);
  }

  async #find(): Promise<PrometheusService | undefined> {
    for (const selector of prometheusSelectors) {
      const services = await this.#connection.list("/api/v1/services", selector, this.#ended.signal);
      const found = services.map(prometheusOf).find((service) => service !== undefined);
      if (found) return found;
    }
    return undefined;
  }

  #take(answer: string, place: string): void {
    const nowMs = this.#clock.now();
    this.#dueMs = nowMs + INTERVAL_MS;
    const { devices, trouble } = readPrometheus(answer);
    if (trouble !== undefined) {
      this.#fail(trouble, this.#retryMs());
      return;
    }
    this.#failures = 0;
    const ok = { state: "ok", readMs: nowMs, why: undefined, place } as const;
    this.#byNode = new Map();
    for (const device of devices) {
      const node = device.host === undefined ? undefined : this.#nodeOfExporter(device.host);
      if (node === undefined) continue;
      const changedMs = Math.max(device.measuredMs ?? 0, this.#byNode.get(node)?.changedMs ?? 0);
      const before = this.#byNode.get(node)?.devices ?? [];
      this.#byNode.set(node, { ...ok, changedMs: changedMs || undefined, devices: [...before, device] });
    }
    this.#whole = { ...ok, changedMs: undefined, devices };
  }
}
