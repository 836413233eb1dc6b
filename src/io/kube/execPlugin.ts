// Credentials from a command (client.authentication.k8s.io): one run at a time, a time limit, kept until they expire.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
import { isAbsolute, join } from "node:path";
import { type Clock, systemClock } from "../../base/clock.ts";
import { type Log, silentLog } from "../../base/log.ts";
import { isAbort } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { field, list, text, timeMs } from "../../core/kube/object.ts";
import { Processes } from "../process/processes.ts";
import type { Target } from "./kubeconfig.ts";

export interface PluginCredential {
  token?: string;
  certificate?: string;
  key?: string;
}

/** A plugin may open a browser and wait for a person, but not for ever. */
const LIMIT_MS = 60_000;
/** Taken for expired this long before it is, so that no call leaves with a credential that dies on the way. */
const MARGIN_MS = 60_000;

export class ExecPlugin {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limitMs: number;
  #running: Promise<PluginCredential> | undefined;
  #kept: { credential: PluginCredential; expiresMs: number } | undefined;

  constructor(target: Target, log: Log, clock: Clock = systemClock, limitMs: number = LIMIT_MS) {
    this.#target = target;
    this.#log = log;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** The kept credential while it lasts, else a new one; callers at the same time share one run. */
  async credential(): Promise<PluginCredential> {
    const kept = this.#kept;
    if (kept && this.#clock.now() < kept.expiresMs - MARGIN_MS) return kept.credential;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The server refused what we have: the next call asks the plugin again. */
  forget(): void {
    this.#kept = undefined;
  }

  async #run(): Promise<PluginCredential> {
    const exec: unknown = this.#target.user.exec;
    const command = text(exec, "command");
    const { context } = this.#target;
    if (command === undefined) {
      throw new Trouble(
        "bad-input",
        `The sign-in plugin of context ${context} has no command: correct the kubeconfig.`,
      );
    }
    const started = this.#clock.elapsed();
    const limit = new AbortController();
    const timer = this.#clock.after(this.#limitMs, () => limit.abort());
    try {
      // The arguments of a plugin may hold what nobody should read, so the process log stays silent.
      const { exitCode, stdout } = await new Processes(silentLog).output(
        { command: this.#commandPath(command), args: this.#arguments(exec), env: this.#environment(exec) },
        limit.signal,
      );
      this.#log.info(
        `sign-in plugin ${command} · exit ${exitCode} · ${Math.round(this.#clock.elapsed() - started)} ms`,
      );
      if (exitCode !== 0) {
        throw new Trouble(
          "denied",
          `The sign-in plugin ${command} of context ${context} ended with exit code ${exitCode}: run it in a terminal to see why, then refresh.`,
        );
      }
      return this.#keep(stdout, command);
    } catch (error) {
      if (isAbort(error)) {
        throw new Trouble(
          "denied",
          `The sign-in plugin ${command} of context ${context} did not answer within ${Math.round(this.#limitMs / 1000)} s: run it in a terminal to see why, then refresh.`,
        );
      }
      if (Trouble.is(error, "missing-tool")) {
        const hint = text(exec, "installHint")?.trim().split("\n")[0];
        throw new Trouble(
          "missing-tool",
          `Context ${context} signs in with ${command}, which was not found: install it or add its folder to PATH, then refresh.`,
          { cause: error, ...(hint === undefined ? {} : { detail: hint }) },
        );
      }
      throw error;
    } finally {
      timer.dispose();
    }
  }

  #keep(stdout: string, command: string): PluginCredential {
    let answer: unknown;
    try {
      answer = JSON.parse(stdout);
    } catch {
      answer = undefined;
    }
    const token = text(answer, "status", "token");
    const certificate = text(answer, "status", "clientCertificateData");
    const key = text(answer, "status", "clientKeyData");
    const isCredential =
      text(answer, "kind") === "ExecCredential" &&
      text(answer, "apiVersion")?.startsWith("client.authentication.k8s.io/") === true;
    if (!isCredential || (token === undefined && certificate === undefined)) {
      throw new Trouble(
        "denied",
        `The sign-in plugin ${command} of context ${this.#target.context} gave no credential: run it in a terminal to see why, then refresh.`,
      );
    }
    const credential = {
      ...(token === undefined ? {} : { token }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
    };
    const expiresMs = timeMs(answer, "status", "expirationTimestamp") ?? Number.POSITIVE_INFINITY;
    this.#kept = { credential, expiresMs };
    return credential;
  }

  /** As kubectl: a bare name is looked up in PATH, a relative path starts at the kubeconfig's folder. */
  #commandPath(command: string): string {
    const isPath = command.includes("/") || command.includes("\\");
    return isPath && !isAbsolute(command) ? join(this.#target.folder, command) : command;
  }

  #arguments(exec: unknown): string[] {
    return list(exec, "args").map((argument) => String(argument));
  }

  #environment(exec: unknown): Record<string, string> {
    const environment: Record<string, string> = {};
    for (const entry of list(exec, "env")) {
      const name = text(entry, "name");
      if (name !== undefined) environment[name] = text(entry, "value") ?? "";
    }
    const { cluster } = this.#target;
    const info = {
      apiVersion: text(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: {
        interactive: false,
        ...(field(exec, "provideClusterInfo") === true
          ? {
              cluster: {
                server: cluster.server,
                "tls-server-name": cluster.tlsServerName,
                "insecure-skip-tls-verify": cluster.skipTLSVerify || undefined,
                "certificate-authority-data": cluster.caData,
                "proxy-url": cluster.proxyUrl,
              },
            }
          : {}),
      },
    };
    environment.KUBERNETES_EXEC_INFO = JSON.stringify(info);
    return environment;
  }
}
