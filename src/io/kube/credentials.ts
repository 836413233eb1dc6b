// What a context's cluster and user become on the wire: TLS options and headers, re-read when their files change.
import { readFile, stat } from "node:fs/promises";
import type { Log } from "../../base/log.ts";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { ExecPlugin, type PluginCredential } from "./execPlugin.ts";
import type { Target } from "./kubeconfig.ts";

export interface TlsOptions {
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
}

export interface Access {
  tls: TlsOptions;
  headers: Readonly<Record<string, string>>;
}

/** Files are looked at again after this long: rotated certificates and tokens are used without a restart. */
const RECHECK_MS = 10_000;

export class Credentials {
  readonly #target: Target;
  readonly #plugin: ExecPlugin | undefined;
  readonly #files = new Map<string, { content: Buffer; mtimeMs: number }>();
  #kept: { access: Access; plugin: PluginCredential | undefined; checkedMs: number } | undefined;

  constructor(target: Target, log: Log) {
    this.#target = target;
    this.#plugin = target.user.exec ? new ExecPlugin(target, log) : undefined;
  }

  /** True when asking again can give something better after a 401. */
  get canRenew(): boolean {
    return this.#plugin !== undefined || this.#target.tokenFile !== undefined;
  }

  renew(): void {
    this.#plugin?.forget();
    this.#kept = undefined;
  }

  /** The same `tls` object as long as nothing in it changed. @throws Trouble when a file or the plugin fails. */
  async access(): Promise<Access> {
    const now = performance.now();
    const kept = this.#kept;
    const plugin = await this.#plugin?.credential();
    if (kept && kept.plugin === plugin && now - kept.checkedMs < RECHECK_MS) return kept.access;
    const read = await this.#read(plugin);
    // Connections belong to their TLS options: a new token alone must not open new ones.
    const access = kept && sameTls(kept.access.tls, read.tls) ? { ...read, tls: kept.access.tls } : read;
    this.#kept = { access, plugin, checkedMs: now };
    return access;
  }

  async #read(plugin: PluginCredential | undefined): Promise<Access> {
    const { cluster, user, tokenFile, impersonateGroups, context } = this.#target;
    if (user.authProvider) {
      throw new Trouble(
        "denied",
        `Context ${context} signs in with an auth-provider, which Kubernetes removed: change the kubeconfig to an exec plugin.`,
      );
    }
    const ca = await this.#dataOrFile(cluster.caData, cluster.caFile, "certificate-authority");
    const cert =
      plugin?.certificate ?? (await this.#dataOrFile(user.certData, user.certFile, "client-certificate"));
    const key = plugin?.key ?? (await this.#dataOrFile(user.keyData, user.keyFile, "client-key"));
    const fromFile = tokenFile && (await this.#file(tokenFile, "tokenFile")).toString("utf8").trim();
    const token = plugin?.token ?? (fromFile || user.token);
    const headers: Record<string, string> = {};
    if (token) headers.authorization = `Bearer ${token}`;
    else if (user.username) {
      headers.authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
    }
    if (user.impersonateUser) headers["impersonate-user"] = user.impersonateUser;
    if (impersonateGroups.length > 0) headers["impersonate-group"] = impersonateGroups.join(",");
    return {
      headers,
      tls: {
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
        ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
        ...(cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
      },
    };
  }

  async #dataOrFile(
    data: string | undefined,
    path: string | undefined,
    what: string,
  ): Promise<Buffer | undefined> {
    if (data) return Buffer.from(data, "base64");
    return path ? this.#file(path, what) : undefined;
  }

  async #file(path: string, what: string): Promise<Buffer> {
    try {
      const { mtimeMs } = await stat(path);
      const known = this.#files.get(path);
      if (known?.mtimeMs === mtimeMs) return known.content;
      const content = await readFile(path);
      this.#files.set(path, { content, mtimeMs });
      return content;
    } catch (error) {
      throw new Trouble(
        "bad-input",
        `The ${what} of context ${this.#target.context} can't be read at ${path}: correct the kubeconfig.`,
        { cause: error, detail: causeText(error) },
      );
    }
  }
}

function sameTls(one: TlsOptions, other: TlsOptions): boolean {
  const keys = ["ca", "cert", "key", "servername", "rejectUnauthorized"] as const;
  return keys.every((key) => String(one[key]) === String(other[key]));
}
