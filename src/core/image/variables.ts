// The variables of a stage, as they were at each of its steps.

/** Longer values are cut: they could double with each line. */
const MAXIMUM_LENGTH = 1024;

interface Setting {
  readonly step: number;
  readonly value: string;
}

export class Variables {
  readonly #before: Variables | undefined;
  readonly #settings = new Map<string, Setting[]>();
  readonly #names = new Map<string, number>();

  /** @param before those of the stage that this one builds on. */
  constructor(before: Variables | undefined) {
    this.#before = before;
  }

  /** @param step counts through the whole file. */
  set(step: number, name: string, value: string): void {
    const settings = this.#settings.get(name) ?? [];
    settings.push({ step, value: value.slice(0, MAXIMUM_LENGTH) });
    this.#settings.set(name, settings);
  }

  /** An ARG with this name stands here, with or without a value. */
  declare(step: number, name: string): void {
    if (!this.#names.has(name)) this.#names.set(name, step);
  }

  /** The value before a step of this stage runs. */
  get(name: string, step: number): string | undefined {
    for (const level of this.#levels()) {
      const settings = level.#settings.get(name) ?? [];
      for (let index = settings.length - 1; index >= 0; index--) {
        const setting = settings[index];
        if (setting && setting.step < step) return setting.value;
      }
    }
    return undefined;
  }

  isDeclared(name: string, step: number): boolean {
    for (const level of this.#levels()) if ((level.#names.get(name) ?? Infinity) < step) return true;
    return false;
  }

  /** Every name that is set or declared, of the stages before too. */
  names(): string[] {
    return Array.from(this.#levels()).flatMap((level) => [...level.#settings.keys(), ...level.#names.keys()]);
  }

  /** A loop, not a recursion: there may be thousands of stages. */
  *#levels(): Iterable<Variables> {
    yield this;
    for (let level = this.#before; level; level = level.#before) yield level;
  }
}
