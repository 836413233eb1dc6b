// Clusters of this machine: whether they run, and what their tools can do with them.
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import type { Asynchronous } from "../../base/lazy.ts";
import { causeText, type Log } from "../../base/log.ts";
import { never, type Signal } from "../../base/signal.ts";
import { harmlessTerminalText } from "../../base/terminalText.ts";
import { Trouble } from "../../base/trouble.ts";
import {
  type CommandLine,
  isSameCluster,
  type LocalCluster,
  loadCommand,
  programOf,
  statusCommand,
  statusOf,
  turnCommand,
} from "../../core/kube/localCluster.ts";
import type { Containers } from "./containers.ts";

export interface Tools {
  /** Nothing is started for it. */
  isInstalled(program: string): Promise<boolean>;
  /** Gives the exit code. @throws Trouble when it can't be started. */
  run(
    line: CommandLine,
    onLine: (line: string, stream: "stdout" | "stderr") => void,
    signal: Signal,
  ): Promise<number>;
}

export interface LocalFacts {
  /** Undefined where nobody says. */
  state: "running" | "stopped" | undefined;
  /** It can be started and stopped. */
  canTurn: boolean;
  /** Images can be brought to it. */
  canLoad: boolean;
}

// What colours a terminal is looked for here.
// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[0-9;]*m/g;

export class LocalClusters implements Disposable {
  readonly #containers: Containers;
  readonly #tools: Asynchronous<Tools>;
  readonly #isTrusted: () => boolean;
  readonly #log: Log;
  readonly #own = new Disposables();
  readonly #changed: Emitter<void>;
  /** Something is known that was not. */
  readonly changed: Event<void>;
  readonly #installed = new Map<string, boolean>();
  /** What tools said, by tool and name. */
  readonly #said = new Map<string, LocalFacts["state"]>();
  readonly #asking = new Set<string>();
  readonly #shown = new Map<string, LocalCluster>();
  #listening = false;

  /** @param isTrusted whether programs may be run for this workspace. */
  constructor(containers: Containers, tools: Asynchronous<Tools>, isTrusted: () => boolean, log: Log) {
    this.#containers = containers;
    this.#tools = tools;
    this.#isTrusted = isTrusted;
    this.#log = log;
    this.#changed = this.#own.add(
      new Emitter((error) => log.error("A listener of the local clusters failed", error)),
    );
    this.changed = this.#changed.event;
  }

  /** A row of one is shown: the engine is followed until it is disposed. */
  read(cluster: LocalCluster): Disposable {
    if (!this.#listening) {
      this.#listening = true;
      this.#own.add(this.#containers.changed(() => this.#changed.fire()));
    }
    this.#shown.set(keyOf(cluster), cluster);
    void this.#look(cluster);
    return this.#containers.read();
  }

  /** What is known now. */
  facts(cluster: LocalCluster): LocalFacts {
    const program = programOf(cluster);
    const hasTool = program !== undefined && this.#installed.get(program) === true;
    const nodes = this.#nodes(cluster);
    const state =
      nodes.length > 0
        ? nodes.some((node) => node.state === "running")
          ? "running"
          : "stopped"
        : this.#said.get(keyOf(cluster));
    // Nodes of kind are started and stopped as containers.
    const canTurn =
      cluster.tool === "kind" ? nodes.length > 0 : hasTool && turnCommand(cluster, "start") !== undefined;
    return { state, canTurn, canLoad: hasTool && state !== "stopped" };
  }

  /** @throws Trouble which has the tool's own words. */
  async turn(
    cluster: LocalCluster,
    way: "start" | "stop",
    onLine: (line: string) => void,
    signal: Signal,
  ): Promise<void> {
    const line = turnCommand(cluster, way);
    if (line) await this.#run(line, `${way} ${cluster.tool} cluster ${cluster.name}`, onLine, signal);
    else {
      const nodes = (await this.#containers.engine.containers(signal)).filter(({ clusterNode }) =>
        isSameCluster(cluster, clusterNode),
      );
      if (nodes.length === 0)
        throw new Trouble(
          "not-found",
          `The Docker engine has no node of ${cluster.tool} cluster ${cluster.name}: make it anew.`,
        );
      for (const { id, name } of nodes) {
        onLine(name);
        await this.#containers.engine[way](id, signal);
      }
    }
    await this.#look(cluster);
    this.#changed.fire();
  }

  /** Brings an image to the nodes. False where they share it already. @throws Trouble which has the tool's own words. */
  async load(
    cluster: LocalCluster,
    image: string,
    onLine: (line: string) => void,
    signal: Signal,
  ): Promise<boolean> {
    const line = loadCommand(cluster, image);
    if (!line) return false;
    await this.#run(line, `load ${image} into ${cluster.tool} cluster ${cluster.name}`, onLine, signal);
    return true;
  }

  /** Looks again at those whose rows are or were shown: tools may have come or gone. */
  refresh(): void {
    for (const cluster of this.#shown.values()) void this.#look(cluster);
  }

  dispose(): void {
    this.#own.dispose();
  }

  #nodes(cluster: LocalCluster) {
    return this.#containers.containers.filter(({ clusterNode }) => isSameCluster(cluster, clusterNode));
  }

  async #look(cluster: LocalCluster): Promise<void> {
    const key = keyOf(cluster);
    const program = programOf(cluster);
    if (program === undefined || !this.#isTrusted() || this.#asking.has(key)) return;
    this.#asking.add(key);
    try {
      const isThere = await this.#tools.isInstalled(program);
      this.#installed.set(program, isThere);
      const status = statusCommand(cluster);
      if (isThere && status && this.#nodes(cluster).length === 0) {
        let output = "";
        await this.#tools.run(
          status,
          (line, stream) => void (output += stream === "stdout" ? line : ""),
          never(),
        );
        this.#said.set(key, statusOf(output));
      }
    } catch (error) {
      // Then it is not known.
      this.#log.warn(`${cluster.tool} cluster ${cluster.name} could not be looked at: ${causeText(error)}`);
    } finally {
      this.#asking.delete(key);
    }
    if (!this.#own.disposed) this.#changed.fire();
  }

  async #run(line: CommandLine, what: string, onLine: (line: string) => void, signal: Signal): Promise<void> {
    const errors: string[] = [];
    const exitCode = await this.#tools.run(
      line,
      (raw, stream) => {
        const text = harmlessTerminalText(raw).replace(COLOURS, "").trim();
        if (text === "") return;
        this.#log.info(`${line.command}: ${text}`);
        if (stream === "stderr") errors.push(text);
        onLine(text);
      },
      signal,
    );
    if (exitCode === 0) return;
    const reason =
      errors.findLast((one) => /error|failed|❌|\bX\b/i.test(one)) ??
      errors.at(-1) ??
      `exit code ${exitCode}`;
    throw new Trouble(
      "failed",
      `Could not ${what}: ${reason.replace(/\.$/, "")}. The log has all that ${line.command} said.`,
    );
  }
}

function keyOf({ tool, name }: LocalCluster): string {
  return `${tool}/${name}`;
}
