// The environments whose Jupyter was used, also in earlier windows: by id and label, without any address or token.
import { Emitter } from "../../../base/event.ts";
import type { Memory } from "../forwards.ts";

export interface UsedEnvironment {
  id: string;
  label: string;
}

const kept = 50;

export class UsedEnvironments {
  readonly #memory: Memory;
  readonly #changed = new Emitter<void>();
  readonly changed = this.#changed.event;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get all(): UsedEnvironment[] {
    return parseUsed(this.#memory.read());
  }

  add(one: UsedEnvironment): void {
    if (this.all.some(({ id, label }) => id === one.id && label === one.label)) return;
    this.#write([...this.all.filter(({ id }) => id !== one.id), one].slice(-kept));
  }

  remove(id: string): void {
    if (this.all.some((one) => one.id === id)) this.#write(this.all.filter((one) => one.id !== id));
  }

  #write(all: UsedEnvironment[]): void {
    this.#memory.write(all);
    this.#changed.fire();
  }
}

function parseUsed(known: unknown): UsedEnvironment[] {
  if (!Array.isArray(known)) return [];
  return known.flatMap((one: { id?: unknown; label?: unknown } | null) =>
    typeof one?.id === "string" && typeof one.label === "string" ? [{ id: one.id, label: one.label }] : [],
  );
}

/** True when nothing of what was remembered is left out. */
export function areUsed(known: unknown): boolean {
  return Array.isArray(known) && parseUsed(known).length === known.length;
}
