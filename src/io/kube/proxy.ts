// Which proxy leads to a cluster: the kubeconfig's, else the environment's where that counts.
// Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster (which kinds of proxy kubectl takes)
import { Trouble } from "../../base/trouble.ts";
import { type Environment, environmentProxy } from "./environmentProxy.ts";
import type { Target } from "./kubeconfig.ts";

export interface Proxy {
  url: URL;
  /** Who says so, in a sentence. */
  namedBy: string;
  /** What a person corrects. */
  written: string;
}

/**
 * @param environment undefined where its variables don't count.
 * @throws Trouble for what is no proxy that kubectl would take.
 */
export function proxyOf({ cluster }: Target, environment: Environment | undefined): Proxy | undefined {
  if (cluster.proxyUrl)
    return {
      url: parsed(cluster.proxyUrl, `The proxy-url of cluster ${cluster.name}`, "it in the kubeconfig"),
      namedBy: "the kubeconfig",
      written: "proxy-url in the kubeconfig",
    };
  const found = environment && environmentProxy(cluster.server, environment);
  if (!found) return undefined;
  const { variable, address } = found;
  return { url: parsed(address, variable, "it"), namedBy: variable, written: variable };
}

function parsed(address: string, what: string, it: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && /^(?:https?|socks5h?):$/.test(url.protocol)) return url;
  throw new Trouble("bad-input", `${what} is no http, https or socks5 address: correct ${it}.`);
}
