// Asks a program in the cluster over HTTP, through the API server.
import type { Signal } from "../../base/signal.ts";
import type { Transport } from "./transport.ts";

/** A program in the cluster that answers HTTP: a pod, or one of the pods behind a Service. */
export interface ProxyTarget {
  kind: "pods" | "services";
  namespace: string;
  name: string;
  port: string;
  /** What is asked of it: an encoded path with its query. */
  path: string;
}

const TIMEOUT_MS = 5_000;
/** A page of metrics of a node with eight GPUs has about half a mebibyte. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** What it answers to a GET. @throws ApiFailure */
export function proxied(transport: Transport, target: ProxyTarget, signal: Signal): Promise<string> {
  const { kind, namespace, name, port, path } = target;
  const place = `${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}:${encodeURIComponent(port)}`;
  const request = {
    path: `/api/v1/namespaces/${place}/proxy${path}`,
    accept: "*/*",
    timeoutMs: TIMEOUT_MS,
  };
  return transport.text(request, LIMIT_BYTES, signal);
}

/** What is done, for the sentence when it fails. */
export function proxyWords({ kind, namespace, name }: ProxyTarget): string {
  return `reach ${kind === "pods" ? "pod" : "service"} ${name} in namespace ${namespace} through its proxy`;
}
