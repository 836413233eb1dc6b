// Checks files where they lie: read, with the settings of their place, one after the other.
import { Trouble, type TroubleKind } from "../../base/trouble.ts";
import type { KindSchema } from "../../core/kube/schema/schema.ts";
import type { KubernetesSchemas } from "../../core/kube/schema/schemas.ts";
import { check, checkCluster, tooLarge } from "../../core/rules/check.ts";
import { checkConfiguration } from "../../core/rules/checkConfiguration.ts";
import { isConfiguration } from "../../core/rules/configuration.ts";
import type { Over } from "../../core/rules/configured.ts";
import type { FileFacts } from "../../core/rules/fileFacts.ts";
import { fileKind, mayBeChecked } from "../../core/rules/fileKind.ts";
import type { CheckSettings } from "../../core/rules/levels.ts";
import type { ClusterInput } from "../../core/rules/liveCluster.ts";
import type { Rule } from "../../core/rules/rule.ts";
import { Workspace } from "../../core/rules/workspace.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { readText } from "../files/readText.ts";
import { JoinedKinds } from "./joinedKinds.ts";
import { filesBeside } from "./beside.ts";
import { Surroundings } from "./surroundings.ts";

/** What holds for all files of a run. */
export interface FileOptions {
  /** What lies over a configuration. */
  readonly over: Over;
  /** Up to this folder is looked for a configuration, beyond a file's repository. */
  readonly top: string;
  /** Absolute paths of files that kustomizations further away take as patches. */
  readonly patches: readonly string[];
  /** What the files say to each other. */
  readonly facts: readonly FileFacts[];
  /** Ids of the only rules that run. */
  readonly only?: readonly string[] | undefined;
  /** Kinds that the cluster that is asked has. */
  readonly served?: readonly KindSchema[] | undefined;
  /** Of the cluster that is asked; it counts where nobody says which. */
  readonly clusterVersion?: string | undefined;
}

export interface FileToCheck {
  /** Absolute. */
  readonly path: string;
  /** As it was read before; without it the file is read. */
  readonly text?: string | undefined;
}

export type FileOutcome =
  /** Its text is empty where nothing was found: thousands of them need not be kept. */
  | { readonly kind: "checked"; readonly findings: readonly Finding[]; readonly text: string }
  /** A configuration leaves it alone. */
  | { readonly kind: "ignored"; readonly by: string }
  | { readonly kind: "not-ours" }
  | { readonly kind: "trouble"; readonly trouble: TroubleKind; readonly text: string };

export interface FileResult {
  readonly outcome: FileOutcome;
  /** The configuration that holds for it, where something in that can't be read. */
  readonly faulty?: string;
}

/** A larger file is not read. */
export const MAXIMUM_BYTES = 8 * 1024 * 1024;

const NO_KINDS: readonly KindSchema[] = [];

export class FileChecker {
  readonly #all: readonly Rule[];
  readonly #rules: readonly Rule[];
  readonly #options: FileOptions;
  readonly #surroundings: Surroundings;
  readonly #kinds = new JoinedKinds();
  readonly #patches: ReadonlySet<string>;
  readonly #schemas: (() => KubernetesSchemas) | undefined;
  readonly #workspace: Workspace;

  /** @param schemas of Kubernetes; without them no schema is checked. */
  constructor(rules: readonly Rule[], options: FileOptions, schemas?: () => KubernetesSchemas) {
    this.#all = rules;
    this.#rules = options.only ? rules.filter(({ id }) => options.only?.includes(id)) : rules;
    this.#options = options;
    this.#surroundings = new Surroundings(rules);
    this.#patches = new Set(options.patches);
    this.#schemas = schemas;
    this.#workspace = new Workspace(options.facts);
  }

  /** A file that can't be read is an outcome, too. */
  check({ path, text }: FileToCheck): FileResult {
    if (text !== undefined) return this.checkText(path, text);
    try {
      const read = readText(path, MAXIMUM_BYTES);
      if (read.kind === "text") return this.checkText(path, read.text);
      if (read.kind === "binary" || !mayBeChecked(path)) return { outcome: { kind: "not-ours" } };
      return { outcome: { kind: "checked", findings: [tooLarge()], text: "" } };
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      return { outcome: { kind: "trouble", trouble: error.kind, text: error.text } };
    }
  }

  /** Rendered files that go together, with what the files of the run say of namespaces and kinds. */
  together(files: readonly FileFacts[]): Workspace {
    const { facts } = this.#options;
    const said = facts.filter(({ namespaces, definitions }) => namespaces.size > 0 || definitions.length > 0);
    return new Workspace([...said.map((one) => ({ ...one, objects: [] })), ...files]);
  }

  /** What holds at `path`; undefined where the configuration leaves it alone. */
  settingsOf(path: string): CheckSettings | undefined {
    return this.#surroundings.of(path, this.#options.top, this.#options.over).settings;
  }

  /** What somebody else has found at `path`, with the levels that hold there. */
  judged(path: string, text: string, findings: readonly Finding[]): FileOutcome {
    const levels = this.settingsOf(path)?.levels;
    if (!levels) return checked([], "");
    const judged = findings.flatMap((finding): Finding[] => {
      const level = levels[finding.rule] ?? finding.severity;
      return level === "off" ? [] : [{ ...finding, severity: level }];
    });
    return checked(judged, text);
  }

  /** What a cluster says of a manifest, with the levels that hold there. */
  against(path: string, text: string, cluster: ClusterInput): readonly Finding[] {
    const settings = this.settingsOf(path);
    if (!settings) return [];
    const { namespaces } = this.#workspace;
    return checkCluster({ path, text, settings, rules: this.#rules, namespaces }, cluster);
  }

  #versioned(settings: CheckSettings | undefined): CheckSettings | undefined {
    const { clusterVersion } = this.#options;
    if (!settings || clusterVersion === undefined || settings.kubernetesVersion !== undefined)
      return settings;
    return { ...settings, kubernetesVersion: clusterVersion };
  }

  /**
   * As `check`, of what would stand at `path`.
   * @param others that it goes together with, where these are not the files of the run.
   */
  checkText(path: string, text: string, others: Workspace = this.#workspace): FileResult {
    if (isConfiguration(path)) return { outcome: checked(checkConfiguration(path, text, this.#all), text) };
    if (fileKind(path, text) === undefined) return { outcome: { kind: "not-ours" } };
    const around = this.#surroundings.of(path, this.#options.top, this.#options.over);
    const { configuration } = around;
    const settings = this.#versioned(around.settings);
    const faulty = configuration?.faulty ? { faulty: configuration.path } : {};
    if (!settings) return { outcome: { kind: "ignored", by: configuration?.path ?? "" }, ...faulty };
    const partial = around.partial || this.#patches.has(path);
    const { objects, namespaces } = others;
    const definitions = this.#kinds.of(others.definitions, this.#options.served ?? NO_KINDS);
    const schemas = this.#schemas ? { schemas: this.#schemas } : {};
    const known = { others: objects, namespaces, definitions, beside: filesBeside(path, text), ...schemas };
    const findings = check({ path, text, settings, rules: this.#rules, partial, ...known });
    return { outcome: checked(findings, text), ...faulty };
  }
}

function checked(findings: readonly Finding[], text: string): FileOutcome {
  return { kind: "checked", findings, text: findings.length > 0 ? text : "" };
}
