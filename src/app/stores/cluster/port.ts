// What the cluster store needs from the machine: contexts, and for an open one watches and calls.
import type { Disposable } from "../../../base/disposables.ts";
import type { Signal } from "../../../base/signal.ts";
import type { Trouble } from "../../../base/trouble.ts";
import type { Review } from "../../../core/kube/access.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import type { Refusal } from "../../../core/kube/live/answers.ts";
import type { ManifestObject } from "../../../core/kube/manifestObject.ts";
import type { KubeObject } from "../../../core/kube/object.ts";
import type { Discovery } from "../../../core/kube/served.ts";
import type { WatchEvent } from "../../../core/kube/knownRows.ts";

export interface ContextEntry {
  name: string;
  cluster: string;
  user: string;
  /** The context's default namespace. */
  namespace?: string;
  server?: string;
  /** The program that wrote the cluster's entry, where that says so. */
  provider?: string;
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
  /** `isUnprinted`: the server prints no columns of the kind, so only names are known. */
  | { state: "live"; isUnprinted?: true }
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

/** Where a log begins; without either it is all that the node has kept. */
export interface LogStart {
  tailLines?: number;
  sinceSeconds?: number;
}

export interface LogSink {
  /** @param stamp when it was written, as the node says it; the node's own remarks have none. */
  line(text: string, stamp?: string): void;
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
  /** Undefined attaches to what the container itself runs. */
  command: readonly string[] | undefined;
  /** The command gets a terminal; what it says of errors comes with the rest. */
  terminal?: boolean;
}

export interface ExecSink {
  output(bytes: Uint8Array): void;
  errors(bytes: Uint8Array): void;
  /** All that was written has been taken. */
  drained?(): void;
}

/** A command that runs in a container. */
export interface Execution {
  write(data: string | Uint8Array): void;
  /** Says that nothing more is written, where the server can be told. */
  endInput(): void;
  /** The terminal has another size. */
  resize(columns: number, rows: number): void;
  /** Holds the command back: nothing of what it says comes until `resume`. */
  pause(): void;
  resume(): void;
  readonly waiting: number;
  /** Rejects with the cancellation only. */
  readonly done: Promise<ExecEnd>;
}

/** A container that runs. */
export interface ContainerPlace {
  namespace: string;
  pod: string;
  container: string;
}

/** What was copied so far. */
export interface CopySums {
  readonly files: number;
  readonly bytes: number;
  /** Names of what was left out, the first of them. */
  readonly leftOut: readonly string[];
  readonly leftOutCount: number;
}

/** What came from a container, under a name that nobody knows. */
export interface Received {
  readonly sums: CopySums;
  /** What could not be read there: the rest is here. */
  readonly complaint: string | undefined;
  /** Gives it its name. @param replace what stands there goes. @throws Trouble */
  keep(replace: boolean): Promise<void>;
  discard(): Promise<void>;
}

/** Copies files between this machine and containers. What is not finished has no name yet. */
export interface PodCopier {
  /** True when something stands at a path of this machine. */
  isTaken(path: string): Promise<boolean>;
  /** Fetches a path of the container, to stand in a folder of this machine. @throws Trouble */
  receive(
    container: ContainerPlace,
    wish: { path: string; folder: string },
    onCopied: (sums: CopySums) => void,
    signal: Signal,
  ): Promise<Received>;
  /** What stands in the container where something is to be copied. @throws Trouble when nothing can be. */
  look(
    container: ContainerPlace,
    place: { folder: string; name: string },
    signal: Signal,
  ): Promise<{ hasTar: boolean; taken: "file" | "folder" | undefined }>;
  send(
    container: ContainerPlace,
    wish: { path: string; folder: string; name: string; replace: boolean; hasTar: boolean },
    onCopied: (sums: CopySums) => void,
    signal: Signal,
  ): Promise<CopySums>;
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
  | { how: "created" | "unchanged"; namespace: string | undefined }
  | {
      how: "changed";
      namespace: string | undefined /** Which fields, as `spec.replicas`. */;
      fields: string[];
    }
  /** Somebody else set fields of it: the server's list of them. */
  | { how: "conflict"; namespace: string | undefined; with: string };

export interface Patch {
  type: "merge" | "json" | "strategic";
  body: unknown;
  /** A part of the object that has a path of its own. */
  subresource?: "scale" | "status" | "ephemeralcontainers";
}

/** held: a PodDisruptionBudget says not now, in the server's words. */
export type Eviction = { how: "evicted" | "gone" } | { how: "held"; why: string };

/** An object of a manifest, as the cluster has it. */
export interface FoundObject {
  target: ManifestObject;
  namespace: string | undefined;
  path: string;
  uid: string;
}

/** Knows the kinds of one manifest once it has asked for them, so that they are not looked up for each object. */
export interface ManifestApplier {
  /** The object as the cluster has it; undefined when it is not there. @throws Trouble */
  find(target: ManifestObject, namespace: string, signal: Signal): Promise<FoundObject | undefined>;
  /** Deletes that very object; one that is gone is gone. @throws Trouble */
  remove(found: FoundObject, signal: Signal): Promise<void>;
  /** Sends one object to be merged into what is there. @throws Trouble */
  apply(target: ManifestObject, options: ApplyOptions, signal: Signal): Promise<Applied>;
}

/** What comes of asking the server whether it would take an object. */
export type Tried =
  | { how: "answered"; refusal?: Refusal; warnings: readonly string[] }
  /** Where it is to go, or what it is, is not there. */
  | { how: "homeless"; lacks: "namespace" | "kind" }
  /** It could not be asked; the sentence says why. */
  | { how: "unasked"; why: string };

/** As an applier, and nothing stays. */
export interface ManifestTrier {
  /** @param namespace for objects that name none. @throws Trouble when the server can't be reached. */
  try(
    target: Pick<ManifestObject, "object" | "apiVersion" | "kind" | "namespace">,
    namespace: string,
    signal: Signal,
  ): Promise<Tried>;
}

export interface ClusterConnection extends Disposable {
  /** @param query a label or field selector of the API: only these objects. */
  watch(
    kind: Kind,
    namespace: string | undefined,
    sink: WatchSink,
    query?: Readonly<Record<string, string>>,
  ): Disposable;
  forward(sink: ForwardSink): LocalForward;
  /** Which kinds the cluster serves. @throws Trouble */
  discover(signal: Signal): Promise<Discovery>;
  get(place: ObjectPlace, signal: Signal): Promise<KubeObject>;
  /** Objects under the path of a list that match a selector of labels or of fields, at most 5,000 or `most`. */
  list(
    path: string,
    selector: string | { fieldSelector: string },
    signal: Signal,
    most?: number,
  ): Promise<KubeObject[]>;
  /** The same, of which only what `project` makes is kept: thousands of whole objects would fill the memory. */
  listed<Kept>(
    path: string,
    project: (object: KubeObject) => Kept,
    signal: Signal,
    most: number,
  ): Promise<Kept[]>;
  /** What a program in the cluster answers to a GET, through the API server. */
  proxied(target: ProxyTarget, signal: Signal): Promise<string>;
  /** Runs a command in a container until it ends or `signal` fires; its input is closed then. */
  execute(place: ExecPlace, sink: ExecSink, signal: Signal): Promise<Execution>;
  copier(): Promise<PodCopier>;
  events(namespace: string | undefined, uid: string, signal: Signal): Promise<KubeObject[]>;
  /** A question that the server answers about whoever asks. @throws Trouble */
  review(review: Review, signal: Signal): Promise<KubeObject>;
  /** Deletes the object with that uid only. */
  remove(place: ObjectPlace, uid: string, signal: Signal): Promise<void>;
  /** Changes part of an object; `verb` is for the sentence when it fails. The patch names the uid it is for. */
  patch(verb: string, place: ObjectPlace, patch: Patch, signal: Signal): Promise<KubeObject>;
  /** Puts an object in place of the version that it names; with `dryRun` the server only tries. */
  replace(
    place: ObjectPlace,
    wish: { object: KubeObject; dryRun: boolean },
    signal: Signal,
  ): Promise<KubeObject>;
  create(place: ObjectPlace, object: KubeObject, signal: Signal): Promise<KubeObject>;
  /** Asks that very pod to leave its node. */
  evict(pod: { namespace: string; name: string; uid: string }, signal: Signal): Promise<Eviction>;
  /** For the objects of one manifest, tried and then applied. */
  applier(): ManifestApplier;
  /** For the objects of one manifest, to be tried only. */
  trier(): ManifestTrier;
  /** The names of the objects under the path of a list, and nothing else of them; at most 5,000. */
  names(path: string, signal: Signal): Promise<string[]>;
  /** Its version, as `v1.34.4`. @throws Trouble */
  version(signal: Signal): Promise<string | undefined>;
  /** The name that it knows the person by. @throws Trouble also where it can't tell. */
  userName(signal: Signal): Promise<string | undefined>;
  /** Where it describes each of its API versions: paths by `apps/v1`. @throws Trouble */
  openApi(signal: Signal): Promise<ReadonlyMap<string, string>>;
  /** What such a path holds, as text. @throws Trouble */
  openApiText(path: string, signal: Signal): Promise<string>;
  /** Follows until the container ends or `signal` fires; goes on by itself after a cut. */
  followLogs(place: LogPlace, start: LogStart, sink: LogSink, signal: Signal): Promise<void>;
}

export interface ClusterPort {
  /**
   * Reads the kubeconfig; what is connected takes its credentials from it then. Never throws.
   * @param isByItself nobody asked for it: a file that is gone or has lost a part counts as it was.
   */
  load(isByItself?: boolean): Promise<KubeconfigView>;
  /** Calls `onChange` when one of the files may be another. */
  watchFiles(onChange: () => void): Promise<Disposable>;
  /** True when the files are not what was loaded. */
  hasChanged(): Promise<boolean>;
  connect(context: string): Promise<ClusterConnection>;
}
