// What the cluster store needs from the machine: the kubeconfig's contexts, and connections to them.
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import type { Log } from "../../base/log.ts";
import { onAbort } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { Connection } from "./connection.ts";
import type { Environment } from "./environmentProxy.ts";
import { FileWatch } from "./fileWatch.ts";
import { Kubeconfig, kubeconfigPaths, type KubeconfigView, type Target } from "./kubeconfig.ts";

export interface ClustersOptions {
  /** Kubeconfig files to read besides, after the others. */
  more?: () => readonly string[];
  /** Contexts in which nothing may be changed, as things are. */
  isReadOnly?: (context: string) => boolean;
  /** So long without a byte a watch is dead: asked for each time that one begins. */
  silenceMs?: () => number;
  /** The proxies that it names count, after those of the kubeconfig. */
  environment?: Environment;
}

export class KubeClusters {
  readonly #paths: () => string[];
  readonly #kubeconfig: Kubeconfig;
  #watch: FileWatch | undefined;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #options: ClustersOptions;
  readonly #connected = new Map<Connection, { context: string; place: string }>();

  /** @param paths kubeconfig files from the settings, empty for kubectl's own; never from an untrusted workspace. */
  constructor(paths: () => readonly string[], clock: Clock, log: Log, options: ClustersOptions = {}) {
    this.#paths = () => [...kubeconfigPaths(paths()), ...(options.more?.() ?? [])];
    this.#kubeconfig = new Kubeconfig(this.#paths, log);
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
  }

  /** Reads the files; what is connected uses the credentials that stand there now. */
  async load(isByItself = false): Promise<KubeconfigView> {
    const view = await this.#kubeconfig.load(isByItself);
    this.#watch?.set(this.#paths());
    for (const [connection, { context, place }] of this.#connected) {
      const target = this.#kubeconfig.found(context);
      // Another server is another cluster: who holds the connection decides when to end it.
      if (target && placeOf(target) === place) connection.useCredentials(target);
    }
    return view;
  }

  /** Calls `onChange` when one of the files may be another; there is one who is told. */
  async watchFiles(onChange: () => void): Promise<Disposable> {
    this.#watch?.dispose();
    const files = new FileWatch(this.#clock, onChange);
    files.set(this.#paths());
    this.#watch = files;
    return files;
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
    const { isReadOnly, silenceMs, environment } = this.#options;
    const connection = new Connection(target, this.#clock, this.#log, {
      ...(isReadOnly ? { isReadOnly: () => isReadOnly(context) } : {}),
      ...(silenceMs ? { silenceMs } : {}),
      ...(environment ? { environment } : {}),
    });
    this.#connected.set(connection, { context, place: placeOf(target) });
    onAbort(connection.ended, () => this.#connected.delete(connection));
    return connection;
  }
}

/** Where it leads, and by which way. */
function placeOf({ cluster: { server, proxyUrl } }: Target): string {
  return `${server} ${proxyUrl ?? ""}`;
}
