// Reads what the scheduler would see of a cluster, for one question.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type KubeObject, record, stringsOf, text } from "../../core/kube/object.ts";
import type { Around } from "../../core/kube/scheduling/judge.ts";
import { type NodeState, peerOnNode, podOnNode, statesOf } from "../../core/kube/scheduling/nodeState.ts";
import type { NamespaceLabels } from "../../core/kube/scheduling/peerRules.ts";
import type { PodVolume } from "../../core/kube/scheduling/podVolumes.ts";
import { type VolumeFacts, VolumeRules } from "../../core/kube/scheduling/volumeRules.ts";
import type { WantedPods } from "../../core/kube/scheduling/workload.ts";
import type { ClusterConnection } from "../stores/cluster/port.ts";

/** What the question needs of an open cluster. */
export type PlacementPort = Pick<ClusterConnection, "list" | "listed">;

export interface Placement {
  nodes: NodeState[];
  /** As they were asked about, with what has to be known beside the nodes. */
  pods: (WantedPods & { around: Around })[];
  /** What may not be seen, and so does not count. */
  unseen: string[];
}

/** Beyond that the answer would take minutes and the memory of the window. */
const MOST_PODS = 50_000;

/**
 * The nodes with what is promised on them, and what the pods' own rules look at.
 * @throws Trouble when it can't be read, or the cluster has more pods than that.
 */
export async function readPlacement(
  connection: PlacementPort,
  wanted: readonly WantedPods[],
  step: (text: string) => void,
  signal: Signal,
): Promise<Placement> {
  step("Reading nodes");
  const nodes = await connection.listed("/api/v1/nodes", (node) => node, signal, MOST_PODS);
  step("Reading pods");
  const peers = wanted.map(({ needs }) => needs.peers);
  const looksAtLabels = peers.some(({ affinity, antiAffinity, spreads }) =>
    [affinity, antiAffinity, spreads].some((rules) => rules.length > 0),
  );
  const project = looksAtLabels ? peerOnNode : podOnNode;
  const pods = await connection.listed("/api/v1/pods", project, signal, MOST_PODS);
  if (pods.length >= MOST_PODS) {
    throw new Trouble("failed", `The cluster has more than ${MOST_PODS} pods: that is too many to look at.`);
  }
  const states = statesOf(nodes, pods);
  const terms = [
    ...peers.flatMap(({ affinity, antiAffinity }) => [...affinity, ...antiAffinity]),
    ...states.flatMap((node) => node.pods.flatMap(({ antiAffinity }) => antiAffinity ?? [])),
  ];
  const reader = new Reader(connection, signal);
  if (terms.some(({ namespaceSelector }) => namespaceSelector !== undefined)) await reader.readNamespaces();
  if (wanted.some(({ needs }) => needs.volumes.length > 0)) step("Reading volumes");
  const around = wanted.map(async (one) => {
    const { volumes, peers: own } = one.needs;
    const facts = await Promise.all(volumes.map((volume) => reader.volume(volume, own.namespace)));
    return { ...one, around: { namespaces: reader.namespaces, volumes: new VolumeRules(facts) } };
  });
  return { nodes: states, pods: await Promise.all(around), unseen: Array.from(reader.unseen) };
}

/** Reads single objects, each once, and notes what may not be read. */
class Reader {
  readonly unseen = new Set<string>();
  namespaces: NamespaceLabels = new Map();
  readonly #connection: PlacementPort;
  readonly #signal: Signal;
  readonly #read = new Map<string, Promise<KubeObject | "absent" | undefined>>();

  constructor(connection: PlacementPort, signal: Signal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  async readNamespaces(): Promise<void> {
    const labels = (object: KubeObject) =>
      [text(object, "metadata", "name") ?? "", stringsOf(record(object, "metadata", "labels"))] as const;
    const all = await this.#seen("labels of namespaces", () =>
      this.#connection.listed("/api/v1/namespaces", labels, this.#signal, MOST_PODS),
    );
    if (all) this.namespaces = new Map(all);
  }

  async volume({ claim, className }: PodVolume, namespace: string): Promise<VolumeFacts> {
    if (claim === undefined) {
      if (className === undefined) return { claim };
      return { claim, ...given("storageClass", await this.#storageClass(className)) };
    }
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/persistentvolumeclaims`;
    const object = await this.#named(path, claim, "volume claims");
    if (object === undefined || object === "absent") return { claim, ...given("object", object) };
    const bound = text(object, "spec", "volumeName");
    if (bound !== undefined && bound !== "") {
      const volume = await this.#named("/api/v1/persistentvolumes", bound, "volumes");
      return { claim, object, ...given("volume", volume) };
    }
    const name = text(object, "spec", "storageClassName") ?? "";
    const storageClass = name === "" ? undefined : await this.#storageClass(name);
    return { claim, object, ...given("storageClass", storageClass) };
  }

  #storageClass(name: string): Promise<KubeObject | "absent" | undefined> {
    return this.#named("/apis/storage.k8s.io/v1/storageclasses", name, "storage classes");
  }

  /** Undefined where it may not be seen. */
  #named(path: string, name: string, what: string): Promise<KubeObject | "absent" | undefined> {
    const key = `${path}/${name}`;
    const known = this.#read.get(key);
    if (known) return known;
    const asked = this.#seen(what, async (): Promise<KubeObject | "absent"> => {
      const selector = { fieldSelector: `metadata.name=${name}` };
      const [object] = await this.#connection.list(path, selector, this.#signal);
      return object ?? "absent";
    });
    this.#read.set(key, asked);
    return asked;
  }

  async #seen<Value>(what: string, ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!Trouble.is(error, "denied")) throw error;
      this.unseen.add(`${what} (you may not list them)`);
      return undefined;
    }
  }
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };
}
