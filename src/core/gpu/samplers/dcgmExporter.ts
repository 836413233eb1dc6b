// dcgm-exporter, read directly: where its pods are, what to ask of one, and how to read its page.
// Source: NVIDIA/dcgm-exporter (deployment/, dcgm-exporter.yaml), NVIDIA/gpu-operator (assets/state-dcgm-exporter).
import { field, list, text } from "../../kube/object.ts";
import { dcgmDevices, isDcgmMetric } from "../dcgm.ts";
import { parseExposition } from "../exposition.ts";
import type { Reading } from "../sample.ts";

/** Labels of the exporter's pods: the operator's, then the chart's and GKE's. */
export const exporterSelectors = [
  "app=nvidia-dcgm-exporter",
  "app.kubernetes.io/name in (dcgm-exporter,gke-managed-dcgm-exporter)",
];

const PORT = 9400;

export interface Exporter {
  namespace: string;
  pod: string;
  port: number;
  node: string;
}

/** The exporter in a pod of the API; undefined when it runs nowhere yet. */
export function exporterOf(pod: unknown): Exporter | undefined {
  const name = text(pod, "metadata", "name");
  const namespace = text(pod, "metadata", "namespace");
  const node = text(pod, "spec", "nodeName");
  const isThere = text(pod, "status", "phase") === "Running" && !field(pod, "metadata", "deletionTimestamp");
  if (!name || !namespace || !node || !isThere) return undefined;
  const ports = list(pod, "spec", "containers").flatMap((container) => list(container, "ports"));
  const port =
    ports.find((one) => field(one, "containerPort") === PORT) ??
    ports.find((one) => /metrics/.test(text(one, "name") ?? ""));
  const number = field(port, "containerPort");
  return { namespace, pod: name, node, port: typeof number === "number" ? number : PORT };
}

/** True for a DaemonSet that runs the exporter under labels of its own. */
export function runsExporter(daemonSet: unknown): boolean {
  return list(daemonSet, "spec", "template", "spec", "containers").some((container) =>
    (text(container, "image") ?? "").includes("dcgm-exporter"),
  );
}

/** Its page of metrics. An empty page is no reading: it says so. */
export function readExporterPage(page: string): Reading {
  const devices = dcgmDevices(parseExposition(page, isDcgmMetric));
  if (devices.length > 0) return { devices };
  const trouble = /^\s*</.test(page)
    ? "dcgm-exporter answered with a web page and no metrics: something else listens on its port."
    : "dcgm-exporter answered without a single GPU: see its log for what DCGM could not read.";
  return { devices, trouble };
}
