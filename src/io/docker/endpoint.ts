// Which engine to talk to, by the docker command line's own rules: DOCKER_HOST, the chosen context, the default.
import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Trouble } from "../../base/trouble.ts";

export interface Endpoint {
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port`. */
  url: string;
  /** Present when the engine asks for TLS. */
  tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer; verify: boolean };
  /** Where the choice comes from, for sentences: `DOCKER_HOST`, `the context "gpu-box"`. */
  origin: string;
}

type Environment = Record<string, string | undefined>;

/** Throws Trouble `bad-input` when a context is chosen that does not exist or can't be used. */
export async function findEndpoint(environment: Environment, platform = process.platform): Promise<Endpoint> {
  const host = environment["DOCKER_HOST"];
  if (host) {
    const verify = (environment["DOCKER_TLS_VERIFY"] ?? "") !== "";
    const folder = environment["DOCKER_CERT_PATH"] ?? configFolder(environment);
    return usable({
      url: host.includes("://") ? host : `tcp://${host}`,
      ...(verify ? { tls: { ...(await certificates(folder)), verify } } : {}),
      origin: "DOCKER_HOST",
    });
  }
  const name = environment["DOCKER_CONTEXT"] || (await currentContext(environment));
  if (name !== undefined && name !== "default") return usable(await contextNamed(name, environment));
  if (platform === "win32") return { url: "npipe:////./pipe/docker_engine", origin: "the default engine" };
  // Docker Desktop's socket lies in the home folder when the system's one is not linked to it.
  const desktop = join(homeFolder(environment), ".docker", "run", "docker.sock");
  const hasDesktop = await access(desktop).then(
    () => true,
    () => false,
  );
  return { url: `unix://${hasDesktop ? desktop : "/var/run/docker.sock"}`, origin: "the default engine" };
}

function homeFolder(environment: Environment): string {
  return environment["HOME"] ?? environment["USERPROFILE"] ?? homedir();
}

function configFolder(environment: Environment): string {
  return environment["DOCKER_CONFIG"] || join(homeFolder(environment), ".docker");
}

async function currentContext(environment: Environment): Promise<string | undefined> {
  const text = await readFile(join(configFolder(environment), "config.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const name = record(parse(text))["currentContext"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

async function contextNamed(name: string, environment: Environment): Promise<Endpoint> {
  const folder = join(configFolder(environment), "contexts");
  const id = createHash("sha256").update(name).digest("hex");
  const text = await readFile(join(folder, "meta", id, "meta.json"), "utf8").catch((cause: unknown) => {
    throw new Trouble(
      "bad-input",
      `There is no Docker context "${name}". Choose one with docker context use, or unset DOCKER_CONTEXT.`,
      { cause },
    );
  });
  const endpoint = record(record(record(parse(text))["Endpoints"])["docker"]);
  const url = endpoint["Host"];
  if (typeof url !== "string" || url === "") {
    throw new Trouble(
      "bad-input",
      `The Docker context "${name}" names no engine. Create it anew with docker context create.`,
    );
  }
  const files = await certificates(join(folder, "tls", id, "docker"));
  const verify = endpoint["SkipTLSVerify"] !== true;
  const origin = `the context "${name}"`;
  return Object.keys(files).length > 0 ? { url, tls: { ...files, verify }, origin } : { url, origin };
}

async function certificates(folder: string): Promise<{ ca?: Buffer; cert?: Buffer; key?: Buffer }> {
  const found: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const content = await readFile(join(folder, `${name}.pem`)).catch(() => undefined);
    if (content) found[name] = content;
  }
  return found;
}

function usable(endpoint: Endpoint): Endpoint {
  const scheme = endpoint.url.split("://", 1)[0] ?? "";
  if (["unix", "npipe", "tcp", "http", "https"].includes(scheme)) return endpoint;
  if (scheme === "ssh") {
    throw new Trouble(
      "bad-input",
      `Slipway can't reach a Docker engine over ssh yet (${endpoint.origin}). Forward its socket with ssh -L, and set DOCKER_HOST to that.`,
    );
  }
  throw new Trouble(
    "bad-input",
    `${endpoint.origin} is not an address of a Docker engine: it begins with ${scheme}://.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
