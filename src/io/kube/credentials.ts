// What a context's cluster and user become on the wire: TLS options and headers, re-read when their files change.
import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Log } from "../../base/log.ts";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { dateText } from "../../core/kube/age.ts";
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
  headers: Readonly<Record<string, string | readonly string[]>>;
}

/** Files are looked at again after this long: rotated certificates and tokens are used without a restart. */
const RECHECK_MS = 10_000;

export class Credentials {
  #target: Target;
  #plugin: ExecPlugin | undefined;
  readonly #log: Log;
  readonly #files = new Map<string, { content: Buffer; stamp: string }>();
  #kept: { access: Access; plugin: PluginCredential | undefined; checkedMs: number } | undefined;
  /** What is kept was refused: what is read next counts as new, also when it is the same. */
  #isRefused = false;
  #reading: { plugin: PluginCredential | undefined; done: Promise<Access> } | undefined;

  constructor(target: Target, log: Log) {
    this.#target = target;
    this.#log = log;
    this.#plugin = target.user.exec ? new ExecPlugin(target, log) : undefined;
  }

  /** The kubeconfig was written anew: what it says of the same server counts from now on. */
  replace(target: Target): void {
    if (JSON.stringify(target) === JSON.stringify(this.#target)) return;
    const isOtherPlugin = JSON.stringify(target.user) !== JSON.stringify(this.#target.user);
    this.#target = target;
    if (isOtherPlugin) this.#plugin = target.user.exec ? new ExecPlugin(target, this.#log) : undefined;
    this.#kept &&= { ...this.#kept, checkedMs: Number.NEGATIVE_INFINITY };
    this.#isRefused = true;
    this.#reading = undefined;
  }

  /** Whom to trust stands in a file, which may be another by and by. */
  get trustsByFile(): boolean {
    const { caData, caFile } = this.#target.cluster;
    return !caData && caFile !== undefined && caFile !== "";
  }

  /** The server's certificate is not trusted by `used`: what the files say now, where that is something else. */
  async reread(used: Access): Promise<Access | undefined> {
    if (!this.trustsByFile) return undefined;
    if (this.#kept?.access === used) this.#kept = { ...this.#kept, checkedMs: Number.NEGATIVE_INFINITY };
    const now = await this.access();
    return now.tls === used.tls ? undefined : now;
  }

  /** True when asking again can give something better after a 401. */
  get canRenew(): boolean {
    const { certFile, keyFile } = this.#target.user;
    const files = [this.#target.tokenFile, certFile, keyFile];
    return this.#plugin !== undefined || files.some((file) => file !== undefined && file !== "");
  }

  /** The server refused `used`. Of many calls that it refused only the first asks for something better. */
  renew(used: Access): void {
    if (this.#kept?.access !== used) return;
    this.#plugin?.forget();
    this.#kept = { ...this.#kept, checkedMs: Number.NEGATIVE_INFINITY };
    this.#isRefused = true;
  }

  /**
   * The same object as long as nothing in it changed, and the same `tls` in it as long as nothing changed there.
   * @throws Trouble when a file or the plugin fails.
   */
  async access(): Promise<Access> {
    const plugin = await this.#plugin?.credential();
    const kept = this.#kept;
    if (kept && kept.plugin === plugin && performance.now() - kept.checkedMs < RECHECK_MS) return kept.access;
    // Calls at the same time share one look: a renewal knows by the object whether it is about what is kept.
    if (this.#reading && this.#reading.plugin === plugin) return this.#reading.done;
    const reading = { plugin, done: this.#look(plugin) };
    this.#reading = reading;
    try {
      return await reading.done;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  async #look(plugin: PluginCredential | undefined): Promise<Access> {
    const checkedMs = performance.now();
    const read = await this.#read(plugin);
    const kept = this.#kept;
    // Connections belong to their TLS options: a new token alone must not open new ones.
    const tls = kept && sameTls(kept.access.tls, read.tls) ? kept.access.tls : read.tls;
    const isSame = kept?.plugin === plugin && !this.#isRefused && sameAccess(kept?.access, { ...read, tls });
    const access = isSame && kept ? kept.access : { ...read, tls };
    this.#isRefused = false;
    this.#kept = { access, plugin, checkedMs };
    return access;
  }

  /** What a 401 means, where the credentials themselves say it. */
  refused({ tls }: Access, failure: Error): Error {
    const endedMs = tls.cert && expiredMs(tls.cert);
    if (!endedMs) return failure;
    return new Trouble(
      "denied",
      `The client certificate of context ${this.#target.context} expired on ${dateText(endedMs)}: get a new one from where the kubeconfig came, then refresh.`,
      { cause: failure },
    );
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
    const headers: Record<string, string | readonly string[]> = {};
    if (token) headers.authorization = `Bearer ${token}`;
    else if (user.username) {
      headers.authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
    }
    if (user.impersonateUser) headers["impersonate-user"] = user.impersonateUser;
    if (impersonateGroups.length > 0) headers["impersonate-group"] = impersonateGroups;
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
      const { mtimeMs, size, ino } = await stat(path);
      const stamp = `${mtimeMs}:${size}:${ino}`;
      const known = this.#files.get(path);
      if (known?.stamp === stamp) return known.content;
      const content = await readFile(path);
      this.#files.set(path, { content, stamp });
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

function sameAccess(one: Access | undefined, other: Access): boolean {
  return one?.tls === other.tls && JSON.stringify(one.headers) === JSON.stringify(other.headers);
}

/** When the certificate ended; undefined while it is good, or where it is none. */
function expiredMs(certificate: string | Buffer): number | undefined {
  try {
    const endMs = Date.parse(new X509Certificate(certificate).validTo);
    return endMs < Date.now() ? endMs : undefined;
  } catch {
    return undefined;
  }
}

function sameTls(one: TlsOptions, other: TlsOptions): boolean {
  const keys = ["ca", "cert", "key", "servername", "rejectUnauthorized"] as const;
  return keys.every((key) => String(one[key]) === String(other[key]));
}
