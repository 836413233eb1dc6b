// What a file stands in: the configuration that holds for it, and the kustomizations that may patch with it.
import { dirname, isAbsolute, relative, sep } from "node:path";
import type { CheckSettings } from "../../core/rules/levels.ts";
import { type Over, settingsFor } from "../../core/rules/configured.ts";
import { NO_CONFIGURATION } from "../../core/rules/configuration.ts";
import type { RuleFacts } from "../../core/rules/rule.ts";
import { ruleNames } from "../../core/rules/ruleNames.ts";
import { foldersUpwards } from "../files/upwards.ts";
import { Configurations, type FoundConfiguration } from "./configurations.ts";
import { Patches } from "./patches.ts";

interface Folder {
  readonly found: FoundConfiguration | undefined;
  readonly patches: readonly ReadonlySet<string>[];
}

export interface Surrounding {
  /** Undefined for a file that the configuration leaves alone. */
  readonly settings: CheckSettings | undefined;
  readonly configuration: FoundConfiguration | undefined;
  readonly partial: boolean;
}

export class Surroundings {
  readonly #rules: readonly RuleFacts[];
  readonly #configurations: Configurations;
  readonly #patches = new Patches();
  readonly #names: ReadonlyMap<string, string>;
  /** By folder, until `forget`. */
  readonly #folders = new Map<string, Folder>();

  constructor(rules: readonly RuleFacts[]) {
    this.#rules = rules;
    this.#configurations = new Configurations(rules);
    this.#names = ruleNames(rules);
  }

  /**
   * @param path absolute; of another one nothing is known.
   * @param top how far up is looked, beyond the repository of the file.
   * @param over what lies over the configuration; its levels may go by any name of a rule.
   */
  of(path: string, top: string | undefined, over: Over): Surrounding {
    const named = Object.entries(over.levels);
    const levels = Object.fromEntries(
      named.map(([name, level]) => [this.#names.get(name.toLowerCase()) ?? name, level]),
    );
    const own = { ...over, levels };
    const settings = settingsFor(NO_CONFIGURATION, "", this.#rules, own);
    if (!isAbsolute(path)) return { settings, configuration: undefined, partial: false };
    const { found, patches } = this.#folder(dirname(path), top);
    const partial = patches.some((paths) => paths.has(path));
    if (!found) return { settings, configuration: undefined, partial };
    const below = relative(found.folder, path).replaceAll(sep, "/");
    const configured = settingsFor(found.configuration, below, this.#rules, own);
    return { settings: configured, configuration: found, partial };
  }

  /** Looks again for what has changed since. */
  forget(): void {
    this.#folders.clear();
  }

  #folder(folder: string, top: string | undefined): Folder {
    const known = this.#folders.get(folder);
    if (known) return known;
    const folders = foldersUpwards(folder, top);
    const patches = folders.flatMap((one) => this.#patches.of(one) ?? []);
    const looked = { found: this.#configurations.nearest(folders), patches };
    this.#folders.set(folder, looked);
    return looked;
  }
}
