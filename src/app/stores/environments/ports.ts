// What development environments need from the world.
import type { Event } from "../../../base/event.ts";
import type { Signal } from "../../../base/signal.ts";

export interface JupyterAddress {
  /** With a slash at its end and without a token. */
  url: string;
  /** Empty where the server asks for none. Kept nowhere but in the secrets. */
  token: string;
}

export interface JupyterKernel {
  name: string;
  displayName: string;
  language: string;
}

export type JupyterCheck =
  | { kind: "ready"; version: string; kernels: JupyterKernel[] }
  | { kind: "wrong-token" }
  | { kind: "unreachable"; why: string }
  | { kind: "other"; why: string };

export interface JupyterPort {
  /** Throws only the cancellation. */
  check(address: JupyterAddress, signal: Signal): Promise<JupyterCheck>;
  /** Runs a cell in a kernel of its own. */
  runCell(
    address: JupyterAddress,
    kernel: string,
    code: string,
    signal: Signal,
  ): Promise<{ ok: boolean; output: string }>;
}

/** The devcontainers command line, and what has to do with its files and containers. */
export interface DevcontainerTools {
  /** Name or path of the docker command line. */
  docker(): Promise<string>;
  up(
    args: string[],
    onLine: (line: string, stream: "stdout" | "stderr") => void,
    signal: Signal,
  ): Promise<{ exitCode: number; ms: number }>;
  /** Removes the containers and networks of a Compose project. */
  composeDown(project: string, signal: Signal): Promise<void>;
  /** Runs a script, given by standard input, with `sh` in a running container. */
  runScript(
    containerId: string,
    user: string,
    folder: string,
    script: string,
    signal: Signal,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Text of a file. */
  read(path: string): Promise<string>;
  exists(path: string): Promise<boolean>;
  /** Writes files that are not there yet, by their names in the folder. */
  create(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
}

/** Where tokens live. */
export interface Secrets {
  get(key: string): Promise<string | undefined>;
  store(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** The folders that are open. */
export interface Workspace {
  folders(): string[];
  /** Paths of the devcontainer.json files in them. */
  configs(): Promise<string[]>;
  /** Such a file was added, changed or removed. Nothing is watched before somebody listens. */
  readonly configsChanged: Event<void>;
}

/** The kernel picker of notebooks, where the Jupyter extension is installed. */
export interface Kernels {
  isAvailable(): boolean;
  /** Offers the environments that were used; from then on each stands in the picker under its own name. */
  offer(): Promise<void>;
}

/** A window of VS Code inside a container, where the Dev Containers extension is installed. */
export interface Attachment {
  isAvailable(): boolean;
  /** @param folder absolute path in the container. */
  open(containerName: string, folder: string): Promise<void>;
}

/** A pod, or what owns it. */
export interface PodPlace {
  context: string;
  namespace: string;
  kind: string;
  name: string;
}
