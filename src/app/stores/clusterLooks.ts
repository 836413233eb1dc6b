// How the person wants to see each context: what is shown of it and in which order. Kept beyond the window.
import { type GroupBy, groupings } from "../../core/kube/arrangement.ts";
import { Emitter, type Event } from "../../base/event.ts";
import type { Memory } from "./forwards.ts";

export interface ClusterLook {
  /** Only these namespaces are shown; undefined shows all. */
  readonly namespaces: readonly string[] | undefined;
  /** Only what matches it is shown; in the language of `readFilter`. */
  readonly filter: string | undefined;
  /** What pods stand under. */
  readonly groupBy: GroupBy;
  /** Namespaces that stand first. */
  readonly favourites: readonly string[];
}

/** Of what belongs to no context, and of a context of which nobody said anything. */
export const plainLook: ClusterLook = {
  namespaces: undefined,
  filter: undefined,
  groupBy: "workload",
  favourites: [],
};

/** Namespaces stay open under a context that is closed. */
export interface Expanded {
  readonly isOpen: boolean;
  readonly namespaces: ReadonlySet<string>;
}

type Kept = Readonly<Record<string, unknown>>;

/**
 * `here` holds what belongs to the work at hand, such as which namespaces are shown; `everywhere` what is true of a
 * cluster in all windows: its favourites.
 */
export class ClusterLooks {
  readonly #here: Memory;
  readonly #everywhere: Memory;
  readonly #changed = new Emitter<string>();
  readonly #known = new Map<string, ClusterLook>();

  constructor(here: Memory, everywhere: Memory) {
    this.#here = here;
    this.#everywhere = everywhere;
  }

  /** The context that is to be shown in another way. */
  get changed(): Event<string> {
    return this.#changed.event;
  }

  of(context: string): ClusterLook {
    const known = this.#known.get(context);
    if (known) return known;
    const here = entry(this.#here, context);
    const names = texts(here["namespaces"]);
    const filter = here["filter"];
    const look: ClusterLook = {
      namespaces: names.length === 0 ? undefined : names,
      filter: typeof filter === "string" && filter !== "" ? filter : undefined,
      groupBy: groupings.find((one) => one === here["groupBy"]) ?? "workload",
      favourites: texts(entry(this.#everywhere, context)["favourites"]),
    };
    this.#known.set(context, look);
    return look;
  }

  /** @param names none of them shows all. */
  showNamespaces(context: string, names: readonly string[]): void {
    this.#keep(this.#here, context, "namespaces", names.length === 0 ? undefined : names);
  }

  /** @param text an empty one shows all. */
  setFilter(context: string, text: string): void {
    this.#keep(this.#here, context, "filter", text === "" ? undefined : text);
  }

  setGroupBy(context: string, by: GroupBy): void {
    this.#keep(this.#here, context, "groupBy", by === "workload" ? undefined : by);
  }

  setFavourites(context: string, names: readonly string[], are: boolean): void {
    // Another window may have added some since.
    const before = texts(entry(this.#everywhere, context)["favourites"]);
    const others = before.filter((name) => !names.includes(name));
    const after = are ? [...others, ...names].sort() : others;
    this.#keep(this.#everywhere, context, "favourites", after.length === 0 ? undefined : after);
  }

  /** What stood open of a context when it was last seen. */
  expanded(context: string): Expanded {
    const kept = record(entry(this.#here, context)["expanded"]);
    return { isOpen: kept["isOpen"] === true, namespaces: new Set(texts(kept["namespaces"])) };
  }

  /** Remembers what is open, which changes nothing that is shown. */
  setExpanded(context: string, { isOpen, namespaces }: Expanded): void {
    const isNothing = !isOpen && namespaces.size === 0;
    const kept = { isOpen, namespaces: Array.from(namespaces) };
    this.#write(this.#here, context, "expanded", isNothing ? undefined : kept);
  }

  #keep(memory: Memory, context: string, what: string, value: unknown): void {
    this.#write(memory, context, what, value);
    this.#known.delete(context);
    this.#changed.fire(context);
  }

  #write(memory: Memory, context: string, what: string, value: unknown): void {
    const { [what]: _, ...others } = entry(memory, context);
    const { [context]: __, ...contexts } = record(memory.read());
    const kept = value === undefined ? others : { ...others, [what]: value };
    memory.write(Object.keys(kept).length === 0 ? contexts : { ...contexts, [context]: kept });
  }
}

function entry(memory: Memory, context: string): Kept {
  const all = record(memory.read());
  return Object.hasOwn(all, context) ? record(all[context]) : {};
}

function record(value: unknown): Kept {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Kept) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** True for what these looks wrote. */
export function areLooks(value: unknown): boolean {
  const isRecord = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
  return isRecord(value) && Object.values(value as Kept).every(isRecord);
}
