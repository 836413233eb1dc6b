// The proxy that the environment names for a server, as Go's programs read it, kubectl among them.
// Source: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
import { BlockList, isIP, isIPv6 } from "node:net";
import { hostOf, isLoopback, portOf } from "./address.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentProxy {
  /** As it is written there. */
  variable: string;
  /** A whole address. */
  address: string;
}

/** Undefined where there is none for this server: this machine itself is never reached by one. */
export function environmentProxy(server: string, environment: Environment): EnvironmentProxy | undefined {
  const url = new URL(server);
  const proxy = first(environment, url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (!proxy || isLoopback(url)) return undefined;
  const place = { host: hostOf(url), port: String(portOf(url)) };
  const direct = (first(environment, "NO_PROXY")?.value ?? "").split(",");
  if (direct.some((entry) => isMeant(entry.trim().toLowerCase(), place))) return undefined;
  const { variable, value } = proxy;
  return { variable, address: /^(?:https?|socks5h?):\/\//i.test(value) ? value : `http://${value}` };
}

function first(environment: Environment, name: string): { variable: string; value: string } | undefined {
  for (const variable of [name, name.toLowerCase()]) {
    const value = environment[variable]?.trim() ?? "";
    if (value !== "") return { variable, value };
  }
  return undefined;
}

/** An entry of NO_PROXY: everything, an address, a network, or a domain with what is under it; with a port or without. */
function isMeant(entry: string, { host, port }: { host: string; port: string }): boolean {
  if (entry === "" || entry === "*") return entry === "*";
  if (entry.includes("/")) return isWithin(host, entry);
  const [, bracketed, plain, only] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  if (only !== undefined && only !== port) return false;
  if (isIP(name) > 0) return isWithin(host, `${name}/${isIPv6(name) ? 128 : 32}`);
  const domain = name.replace(/^\*(?=\.)/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** False for a name, and for what is no network. */
function isWithin(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const kind = isIP(address);
  if (kind === 0 || isIP(host) !== kind || !/^\d+$/.test(bits) || Number(bits) > (kind === 6 ? 128 : 32))
    return false;
  const family = kind === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, family);
}
