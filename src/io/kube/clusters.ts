// What the cluster store needs from the machine: the kubeconfig's contexts, and connections to them.
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { Connection } from "./connection.ts";
import { Kubeconfig, kubeconfigPaths, type KubeconfigView } from "./kubeconfig.ts";

export class KubeClusters {
  readonly #kubeconfig: Kubeconfig;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #isReadOnly: (context: string) => boolean;

  /**
   * @param paths kubeconfig files from the settings, empty for kubectl's own; never from an untrusted workspace.
   * @param more files to read besides, after those.
   * @param isReadOnly contexts in which nothing may be changed, as things are.
   */
  constructor(
    paths: () => readonly string[],
    clock: Clock,
    log: Log,
    more: () => readonly string[] = () => [],
    isReadOnly: (context: string) => boolean = () => false,
  ) {
    this.#kubeconfig = new Kubeconfig(() => [...kubeconfigPaths(paths()), ...more()], log);
    this.#clock = clock;
    this.#log = log;
    this.#isReadOnly = isReadOnly;
  }

  load(): Promise<KubeconfigView> {
    return this.#kubeconfig.load();
  }

  hasChanged(): Promise<boolean> {
    return this.#kubeconfig.hasChanged();
  }

  /** Nothing is sent yet; the first watch or call connects. @throws Trouble when the context is not whole. */
  async connect(context: string): Promise<Connection> {
    const target = this.#kubeconfig.target(context);
    if (!/^https?:\/\//i.test(target.cluster.server) || !URL.canParse(target.cluster.server)) {
      throw new Trouble(
        "bad-input",
        `The server of cluster ${target.cluster.name} is no http or https address: correct it in the kubeconfig.`,
      );
    }
    return new Connection(target, this.#clock, this.#log, () => this.#isReadOnly(context));
  }
}
