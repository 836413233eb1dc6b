// Where a cluster has the objects of a kind, as it says itself.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { pathSegment } from "../../core/kube/kind.ts";
import type { ManifestObject } from "../../core/kube/manifestObject.ts";
import { field, list, text } from "../../core/kube/object.ts";
import { ApiFailure } from "./apiFailure.ts";
import type { Transport } from "./transport.ts";

/** Where objects of a kind are. */
interface Resource {
  plural: string;
  isNamespaced: boolean;
}

/** Which kinds the cluster has. A group's list is kept; only what was applied since can bring a kind it lacks. */
export class Kinds {
  readonly #transport: Transport;
  readonly #lists = new Map<string, { resources: readonly unknown[]; isOld: boolean }>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Something was applied: a kind that was not there may be there now. */
  mayHaveChanged(): void {
    for (const known of this.#lists.values()) known.isOld = true;
  }

  /**
   * Where objects of the kind are listed, and the namespace that is in it.
   * @param namespace for an object of a namespaced kind that names none.
   * @throws Trouble `not-found` when the cluster has no such kind.
   */
  async placeOf(
    target: Pick<ManifestObject, "apiVersion" | "kind" | "namespace">,
    namespace: string,
    signal: Signal,
  ): Promise<{ list: string; namespace: string | undefined }> {
    const root = rootOf(target);
    const { plural, isNamespaced } = await this.#find(root, target, signal);
    const place = isNamespaced ? (target.namespace ?? namespace) : undefined;
    const inside = place === undefined ? "" : `/namespaces/${pathSegment(place)}`;
    return { list: `${root}${inside}/${plural}`, namespace: place };
  }

  async #find(
    root: string,
    target: Pick<ManifestObject, "apiVersion" | "kind">,
    signal: Signal,
  ): Promise<Resource> {
    const known = this.#lists.get(root);
    const found =
      (known && resourceIn(known.resources, target.kind)) ??
      (known?.isOld === false ? undefined : resourceIn(await this.#ask(root, signal), target.kind));
    if (found) return found;
    throw new Trouble(
      "not-found",
      `The cluster has no kind ${target.kind} of ${target.apiVersion}: correct them, or install the CRD that brings it.`,
    );
  }

  async #ask(root: string, signal: Signal): Promise<readonly unknown[]> {
    let resources: readonly unknown[] = [];
    try {
      resources = list(await this.#transport.json({ path: root }, signal), "resources");
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 404)) throw error;
    }
    this.#lists.set(root, { resources, isOld: false });
    return resources;
  }
}

function resourceIn(resources: readonly unknown[], kind: string): Resource | undefined {
  for (const resource of resources) {
    const name = text(resource, "name");
    // `deployments/scale` has a kind too.
    if (name === undefined || name.includes("/") || text(resource, "kind") !== kind) continue;
    return { plural: name, isNamespaced: field(resource, "namespaced") === true };
  }
  return undefined;
}

function rootOf({ apiVersion }: Pick<ManifestObject, "apiVersion">): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
