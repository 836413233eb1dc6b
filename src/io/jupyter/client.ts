// Speaks to a Jupyter server: what it is, whether it takes the token, its kernels. The token goes into a header
// only, and never to another host.
// Source: https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
import { abortError, type Signal } from "../../base/signal.ts";
import { runCell } from "./kernel.ts";
import { ask, type JupyterAddress } from "./rest.ts";

export interface JupyterKernel {
  name: string;
  displayName: string;
  language: string;
}

export type JupyterCheck =
  | { kind: "ready"; version: string; kernels: JupyterKernel[] }
  | { kind: "wrong-token" }
  /** Nothing answers, or not in time. */
  | { kind: "unreachable"; why: string }
  /** Something else than Jupyter answers. */
  | { kind: "other"; why: string };

export class JupyterClient {
  /** Asks what a notebook needs: that it answers, takes the token, and has kernels. Throws only the cancellation. */
  async check(address: JupyterAddress, signal: Signal): Promise<JupyterCheck> {
    try {
      const version = await ask("GET", address, "api", undefined, signal);
      const said = text(version.data, "version");
      if (version.status === 403 || version.status === 401) return { kind: "wrong-token" };
      if (said === undefined) return { kind: "other", why: otherText(version.status) };
      const specs = await ask("GET", address, "api/kernelspecs", undefined, signal);
      if (specs.status === 403 || specs.status === 401) return { kind: "wrong-token" };
      // A server that lets nobody in without its form sends to it.
      if (specs.status >= 300 && specs.status < 400) return { kind: "wrong-token" };
      if (specs.status !== 200) return { kind: "other", why: otherText(specs.status) };
      return { kind: "ready", version: said, kernels: kernelsFrom(specs.data) };
    } catch (error) {
      if (signal.aborted) throw abortError();
      return { kind: "unreachable", why: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Runs a cell in a kernel of its own, which ends with it. */
  async runCell(
    address: JupyterAddress,
    kernel: string,
    code: string,
    signal: Signal,
  ): Promise<{ ok: boolean; output: string }> {
    return runCell(address, kernel, code, signal);
  }
}

function kernelsFrom(data: unknown): JupyterKernel[] {
  const specs = field(data, "kernelspecs");
  const first = text(data, "default");
  return Object.entries((specs as Record<string, unknown> | undefined) ?? {})
    .map(([name, one]) => ({
      name,
      displayName: text(field(one, "spec"), "display_name") ?? name,
      language: text(field(one, "spec"), "language") ?? "",
    }))
    .sort((one, other) => Number(other.name === first) - Number(one.name === first));
}

function otherText(status: number): string {
  return `what answers there is not Jupyter (status ${status})`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}
