// What the cluster store needs from the machine: contexts, and for an open one watches and calls.
import type { Disposable } from "../../../base/disposables.ts";
import type { Signal } from "../../../base/signal.ts";
import type { Trouble } from "../../../base/trouble.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import type { ManifestObject } from "../../../core/kube/manifestObject.ts";
import type { KubeObject } from "../../../core/kube/object.ts";
import type { WatchEvent } from "../../../core/kube/snapshot.ts";

export interface ContextEntry {
  name: string;
  cluster: string;
  user: string;
  /** The context's default namespace. */
  namespace?: string;
  server?: string;
}

export interface KubeconfigView {
  contexts: ContextEntry[];
  current?: string;
  /** One sentence for each entry that can't be used. */
  problems: string[];
  /** One sentence when there is nothing to show. */
  trouble?: string;
  /** There is no file at all: the empty view says what to do. */
  isMissing?: boolean;
}

/** live: equal to the cluster · down: tries again by itself · blocked: rests until the person refreshes. */
export type WatchState =
  | { state: "live" }
  | { state: "down"; trouble: Trouble }
  | { state: "blocked"; trouble: Trouble };

export interface WatchSink {
  onEvents(events: WatchEvent[]): void;
  onState(state: WatchState): void;
}

export interface ObjectPlace {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

export interface LogPlace {
  namespace: string;
  pod: string;
  container: string;
  /** The run before the current one, as after a crash. */
  previous?: boolean;
}

export interface LogSink {
  line(text: string): void;
  /** Something about the stream itself, such as that it was cut. */
  note(text: string): void;
}

export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

export interface ForwardSink {
  sent(bytes: number): void;
  received(bytes: number): void;
  /** The way to the pod is gone by itself; `why` is the server's word for it. */
  lost(why: string | undefined): void;
  /** A connection did not reach the pod. */
  unreached(why: string): void;
}

/** A local port that stays, whatever becomes of the pod behind it. */
export interface LocalForward extends Disposable {
  /** Opens the wanted local port or the next free one, and gives it. @throws Trouble */
  listen(wanted: number): Promise<number>;
  /** Connections go to this pod from now on; resolves when the way is open. @throws Trouble */
  use(pod: PodPort): Promise<void>;
  /** Connections wait until there is a pod again; those under way go on. */
  away(): void;
  /** The pods that were left are gone: connections that are still under way to them are reset. */
  cut(): void;
}

/** A program in the cluster that answers HTTP: a pod, or one of the pods behind a Service. */
export interface ProxyTarget {
  kind: "pods" | "services";
  namespace: string;
  name: string;
  port: string;
  /** Encoded, with its query. */
  path: string;
}

export interface ExecPlace {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
}

export interface ExecSink {
  output(bytes: Uint8Array): void;
  errors(bytes: Uint8Array): void;
}

/** A command that runs in a container. */
export interface Execution {
  write(text: string): void;
  readonly waiting: number;
  /** Rejects with the cancellation only. */
  readonly done: Promise<ExecEnd>;
}

export interface ApplyOptions {
  /** For objects of a namespaced kind that name none. */
  namespace: string;
  /** The server checks it all and changes nothing. */
  dryRun: boolean;
  /** Takes fields over that somebody else set. */
  force: boolean;
}

export type Applied =
  | { how: "created" | "changed" | "unchanged"; namespace: string | undefined }
  /** Somebody else set fields of it: the server's list of them. */
  | { how: "conflict"; namespace: string | undefined; with: string };

export interface ClusterConnection extends Disposable {
  /** @param query a label or field selector of the API: only these objects. */
  watch(
    kind: Kind,
    namespace: string | undefined,
    sink: WatchSink,
    query?: Readonly<Record<string, string>>,
  ): Disposable;
  forward(sink: ForwardSink): LocalForward;
  get(place: ObjectPlace, signal: Signal): Promise<KubeObject>;
  /** Objects of all namespaces under the path of a list that match a label selector, at most 5,000. */
  list(path: string, selector: string, signal: Signal): Promise<KubeObject[]>;
  /** What a program in the cluster answers to a GET, through the API server. */
  proxied(target: ProxyTarget, signal: Signal): Promise<string>;
  /** Runs a command in a container until it ends or `signal` fires; its input is closed then. */
  execute(place: ExecPlace, sink: ExecSink, signal: Signal): Promise<Execution>;
  events(namespace: string | undefined, uid: string, signal: Signal): Promise<KubeObject[]>;
  /** Deletes the object with that uid only. */
  remove(place: ObjectPlace, uid: string, signal: Signal): Promise<void>;
  /** Sends one object of a manifest to be merged into what is there. */
  apply(target: ManifestObject, options: ApplyOptions, signal: Signal): Promise<Applied>;
  /** Follows until the container ends or `signal` fires; goes on by itself after a cut. */
  followLogs(place: LogPlace, tailLines: number, sink: LogSink, signal: Signal): Promise<void>;
}

export interface ClusterPort {
  /** Reads the kubeconfig. Never throws. */
  load(): Promise<KubeconfigView>;
  /** True when the files are not what was loaded. */
  hasChanged(): Promise<boolean>;
  connect(context: string): Promise<ClusterConnection>;
}
