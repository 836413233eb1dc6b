// The entries of one kubeconfig, as kubectl takes them, and one sentence for each that can't be used.
import { dirname, isAbsolute, join } from "node:path";
import type { Cluster, Context, User } from "@kubernetes/client-node";
import { field, list, text } from "../../core/kube/object.ts";

/** A user, and what client-node does not read of one. */
export interface UserEntry {
  user: User;
  /** `tokenFile`, absolute. */
  tokenFile: string | undefined;
  /** Groups to act as beside `impersonateUser`. */
  groups: string[];
  /** Folder of the file the user stands in: relative plugin commands start there. */
  folder: string;
}

export interface ClusterEntry {
  cluster: Cluster;
  /** Who wrote the entry, where that says so. */
  provider: string | undefined;
}

export interface Entries {
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, Context>;
  current: string;
  problems: string[];
}

export function noEntries(): Entries {
  return { clusters: new Map(), users: new Map(), contexts: new Map(), current: "", problems: [] };
}

/** Adds the entries of a file to those of the files before it: the first of a name counts. */
export function addEntries(known: Entries, path: string, raw: object): void {
  const folder = dirname(path);
  const { problems } = known;
  const say = (entry: string, what: string) => problems.push(`${path}: ${entry} ${what}.`);
  section(raw, "clusters", "cluster", known.clusters, say, (entry, name) => {
    const cluster = clusterOf(entry, name, folder);
    return cluster ? { cluster, provider: providerOf(entry) } : "has no server and is left out";
  });
  section(raw, "contexts", "context", known.contexts, say, (entry, name) => {
    const cluster = text(entry, "context", "cluster");
    const namespace = text(entry, "context", "namespace");
    if (cluster === undefined) return "has no cluster and is left out";
    const user = text(entry, "context", "user") ?? "";
    return { name, cluster, user, ...(namespace === undefined ? {} : { namespace }) };
  });
  section(raw, "users", "user", known.users, say, (entry, name) => ({
    user: userOf(entry, name, folder),
    tokenFile: pathOf(entry, folder, "user", "tokenFile"),
    groups: list(entry, "user", "as-groups").filter((group) => typeof group === "string"),
    folder,
  }));
  known.current ||= text(raw, "current-context") ?? "";
}

/** @param make the entry, or what is wrong with it. */
function section<Entry extends object>(
  raw: object,
  name: string,
  word: string,
  known: Map<string, Entry>,
  say: (entry: string, what: string) => void,
  make: (entry: unknown, name: string) => Entry | string,
): void {
  const entries = field(raw, name);
  if (entries !== undefined && entries !== null && !Array.isArray(entries))
    return say(name, "is no list and is left out");
  const own = new Set<string>();
  for (const [index, entry] of list(raw, name).entries()) {
    const called = text(entry, "name");
    if (called === undefined || called === "") {
      say(`${name}[${index}]`, "has no name and is left out");
      continue;
    }
    if (own.has(called)) {
      say(`${word} ${called}`, "is there twice, and the first counts");
      continue;
    }
    own.add(called);
    const made = make(entry, called);
    if (typeof made === "string") say(`${word} ${called}`, made);
    else if (!known.has(called)) known.set(called, made);
  }
}

function clusterOf(entry: unknown, name: string, folder: string): Cluster | undefined {
  const server = text(entry, "cluster", "server");
  if (server === undefined || server === "") return undefined;
  const caFile = pathOf(entry, folder, "cluster", "certificate-authority");
  return {
    name,
    server: server.replace(/\/$/, ""),
    skipTLSVerify: field(entry, "cluster", "insecure-skip-tls-verify") === true,
    ...given("caData", text(entry, "cluster", "certificate-authority-data")),
    ...given("caFile", caFile),
    ...given("tlsServerName", text(entry, "cluster", "tls-server-name")),
    ...given("proxyUrl", text(entry, "cluster", "proxy-url")),
  } as Cluster;
}

function userOf(entry: unknown, name: string, folder: string): User {
  const own = (key: string) => text(entry, "user", key);
  return {
    name,
    ...given("authProvider", field(entry, "user", "auth-provider") ?? undefined),
    ...given("certData", own("client-certificate-data")),
    ...given("certFile", pathOf(entry, folder, "user", "client-certificate")),
    ...given("exec", field(entry, "user", "exec") ?? undefined),
    ...given("keyData", own("client-key-data")),
    ...given("keyFile", pathOf(entry, folder, "user", "client-key")),
    ...given("token", own("token")),
    ...given("username", own("username")),
    ...given("password", own("password")),
    ...given("impersonateUser", own("as")),
  } as User;
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}

/** Paths are relative to the file they stand in. */
function pathOf(entry: unknown, folder: string, ...at: string[]): string | undefined {
  const path = text(entry, ...at);
  return path === undefined || path === "" || isAbsolute(path) ? path : join(folder, path);
}

/** minikube writes itself into an extension of the entry. */
function providerOf(entry: unknown): string | undefined {
  const providers = list(entry, "cluster", "extensions").map((one) => text(one, "extension", "provider"));
  return providers.find((provider) => provider !== undefined);
}
