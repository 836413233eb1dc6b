// Finds the `.slipway.yaml` that holds for a file, and reads each only once while it stays as it is.
import { dirname, join } from "node:path";
import { type Configuration, CONFIGURATION_NAME, readConfiguration } from "../../core/rules/configuration.ts";
import type { RuleFacts } from "../../core/rules/rule.ts";
import { stampOf, textAt } from "./textAt.ts";

export interface FoundConfiguration {
  readonly path: string;
  readonly folder: string;
  readonly configuration: Configuration;
  /** Something in it can't be read, or the whole of it. */
  readonly faulty: boolean;
}

interface Remembered extends FoundConfiguration {
  readonly stamp: string;
}

export class Configurations {
  readonly #rules: readonly RuleFacts[];
  readonly #known = new Map<string, Remembered>();

  constructor(rules: readonly RuleFacts[]) {
    this.#rules = rules;
  }

  /**
   * The configuration in the first of `folders` that has one.
   * @param folders from the nearest on upwards.
   */
  nearest(folders: readonly string[]): FoundConfiguration | undefined {
    for (const folder of folders) {
      const found = this.#at(join(folder, CONFIGURATION_NAME));
      if (found) return found;
    }
    return undefined;
  }

  #at(path: string): FoundConfiguration | undefined {
    const stamp = stampOf(path);
    if (stamp === undefined) {
      this.#known.delete(path);
      return undefined;
    }
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known;
    const { configuration, problems } = readConfiguration(textAt(path), this.#rules);
    const found = { path, folder: dirname(path), configuration, faulty: problems.length > 0, stamp };
    this.#known.set(path, found);
    return found;
  }
}
