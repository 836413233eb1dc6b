// Prometheus, where one scrapes dcgm-exporter: how to find its Service, what to ask, how to read the answer.
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/
import { field, list, text } from "../../kube/object.ts";
import { dcgmDevices, dcgmMetrics, isDcgmMetric, type TimedSeries } from "../dcgm.ts";
import type { Reading } from "../sample.ts";

/** Labels of its Services: the community charts', the operator's own, kube-prometheus'. */
export const prometheusSelectors = [
  "app.kubernetes.io/name=prometheus",
  "operated-prometheus=true",
  "app in (prometheus,kube-prometheus-stack-prometheus)",
];

export interface PrometheusService {
  namespace: string;
  service: string;
  port: string;
}

const PORT_NAMES = ["http-web", "web", "http", "http-prometheus", "prometheus"];

/** How to reach the Service of a Prometheus; undefined when it has no port for queries. */
export function prometheusOf(service: unknown): PrometheusService | undefined {
  const name = text(service, "metadata", "name");
  const namespace = text(service, "metadata", "namespace");
  const ports = list(service, "spec", "ports");
  const port =
    ports.find((one) => PORT_NAMES.includes(text(one, "name") ?? "")) ??
    ports.find((one) => field(one, "port") === 9090) ??
    (ports.length === 1 ? ports[0] : undefined);
  const number = field(port, "port");
  // Exporters and alert managers of the same charts answer no queries.
  if (!name || !namespace || typeof number !== "number") return undefined;
  if (/alertmanager|node-exporter|pushgateway|operator$/.test(name)) return undefined;
  return { namespace, service: name, port: String(number) };
}

/** Samples older than this are not looked at. */
const WINDOW = "2m";

/** A range is asked for, since only its samples carry the time at which they were scraped. */
export function prometheusPath(): string {
  const query = `{__name__=~"${dcgmMetrics.join("|")}"}[${WINDOW}]`;
  return `/api/v1/query?query=${encodeURIComponent(query)}`;
}

export function readPrometheus(answer: string): Reading {
  let body: unknown;
  try {
    body = JSON.parse(answer);
  } catch {
    return { devices: [], trouble: "What answers as Prometheus sends no JSON." };
  }
  if (text(body, "status") !== "success") {
    const why = text(body, "error") ?? "no reason given";
    return { devices: [], trouble: `Prometheus refused the query: ${why.slice(0, 160)}` };
  }
  const series = list(body, "data", "result").flatMap(seriesOf);
  const devices = dcgmDevices(series, (pod) => pod.includes("dcgm-exporter"));
  return devices.length > 0
    ? { devices }
    : { devices, trouble: "This Prometheus has no DCGM metrics: let it scrape dcgm-exporter." };
}

function seriesOf(result: unknown): TimedSeries[] {
  const metric = field(result, "metric");
  const name = text(metric, "__name__") ?? "";
  if (!isDcgmMetric(name) || typeof metric !== "object" || metric === null) return [];
  const last = list(result, "values").at(-1) ?? field(result, "value");
  if (!Array.isArray(last)) return [];
  const [seconds, worded] = last as unknown[];
  if (typeof seconds !== "number" || typeof worded !== "string" || worded === "") return [];
  const labels: Record<string, string> = {};
  for (const [label, value] of Object.entries(metric))
    if (typeof value === "string" && label !== "__proto__") labels[label] = value;
  return [{ name, labels, value: Number(worded), measuredMs: seconds * 1000 }];
}
