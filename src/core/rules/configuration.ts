// `.slipway.yaml`: text -> settings, and what is wrong with it at its place. What is wrong loses only itself.
import { replaceScalar } from "../syntax/edit.ts";
import { nearest } from "../syntax/nearest.ts";
import { booleanOf, entriesOf, isNull, type MapEntry, type SyntaxNode, textOf } from "../syntax/node.ts";
import { type PathPattern, pathPattern } from "../syntax/pathPattern.ts";
import type { Problem } from "../syntax/problem.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import {
  LEVELS as POD_SECURITY_LEVELS,
  type LevelVersion,
  parseLevelVersion,
} from "../policy/podSecurity/level.ts";
import type { Level } from "./levels.ts";
import { PROFILE_NAMES, type ProfileName } from "./profiles.ts";
import type { RuleFacts } from "./rule.ts";
import { ruleNames } from "./ruleNames.ts";

export interface Configuration {
  readonly profile: ProfileName;
  /** By rule id. */
  readonly levels: Readonly<Record<string, Level>>;
  /** In the order of the file: what comes later wins. */
  readonly paths: readonly PathSettings[];
  /** The version that the manifests are for, as `1.30`. */
  readonly kubernetesVersion: string | undefined;
  readonly podSecurity: LevelVersion | undefined;
}

export interface PathSettings {
  readonly files: readonly PathPattern[];
  readonly levels: Readonly<Record<string, Level>>;
  readonly ignore: boolean;
}

/** What holds where there is no file. */
export const NO_CONFIGURATION: Configuration = {
  profile: "recommended",
  levels: {},
  paths: [],
  kubernetesVersion: undefined,
  podSecurity: undefined,
};

export const CONFIGURATION_NAME = ".slipway.yaml";

/** Nobody writes more by hand, and anything read for each file must be quick. */
const MAXIMUM_LENGTH = 128 * 1024;
const LEVELS: readonly Level[] = ["off", "information", "warning", "error"];

/** True for the name of a configuration, also the one that people write by mistake. */
export function isConfiguration(path: string): boolean {
  return /(?:^|[/\\])\.slipway\.ya?ml$/.test(path);
}

/** Never throws; what can't be read keeps its default, and `problems` says why. */
export function readConfiguration(
  text: string,
  rules: readonly RuleFacts[],
): { configuration: Configuration; problems: Problem[] } {
  const reader = new Reader(text, rules);
  return { configuration: reader.configuration(), problems: reader.problems };
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #ids: ReadonlyMap<string, string>;

  constructor(text: string, rules: readonly RuleFacts[]) {
    this.#text = text;
    this.#ids = ruleNames(rules);
  }

  configuration(): Configuration {
    const root = this.#root();
    const found = new Map(entriesOf(root).map((entry) => [entry.key.text, entry]));
    if (root && root.kind !== "map" && !isNull(root))
      this.#say(root, "A configuration is a map, such as `profile: strict`.");
    this.#knownKeys(root, ["profile", "rules", "paths", "kubernetesVersion", "podSecurity"]);
    return {
      profile: this.#profile(found.get("profile")?.value) ?? "recommended",
      levels: this.#levels(found.get("rules")?.value),
      paths: this.#paths(found.get("paths")?.value),
      kubernetesVersion: this.#kubernetesVersion(found.get("kubernetesVersion")?.value),
      podSecurity: this.#podSecurity(found.get("podSecurity")?.value),
    };
  }

  #root(): SyntaxNode | undefined {
    if (this.#text.length > MAXIMUM_LENGTH) {
      this.#at(0, 0, `This configuration is too large to read: the limit is ${MAXIMUM_LENGTH / 1024} KB.`);
      return undefined;
    }
    const [first, second] = yamlSlices(this.#text);
    if (!first) return undefined;
    const [document] = parseYaml(this.#text.slice(0, first.end));
    for (const problem of document?.problems ?? []) {
      const starred = this.#text[problem.at.start] === "*" ? " Quote a pattern that starts with a *." : "";
      this.problems.push({ ...problem, message: `${problem.message}${starred}` });
    }
    if (second)
      this.#at(second.start, second.start + 3, "Only the first document of a configuration is read.");
    return document?.root;
  }

  /** @returns false when there are others, which are then told. */
  #knownKeys(node: SyntaxNode | undefined, known: readonly string[]): boolean {
    const others = entriesOf(node).filter(({ key }) => !known.includes(key.text));
    for (const { key } of others) {
      const meant = nearest(key.text, known);
      const hint = meant ? `; did you mean ${meant}?` : `; there are ${listed(known, "and")}.`;
      this.#say(key, `There is no setting "${key.text}" here${hint}`, meant);
    }
    return others.length === 0;
  }

  #profile(node: SyntaxNode | undefined): ProfileName | undefined {
    return isNull(node) ? undefined : this.#oneOf(node, PROFILE_NAMES, "profile");
  }

  #oneOf<T extends string>(node: SyntaxNode | undefined, known: readonly T[], what: string): T | undefined {
    const text = textOf(node);
    const found = known.find((name) => name === text);
    if (found !== undefined || !node) return found;
    const meant = text === undefined ? undefined : nearest(text, known);
    const said = text === undefined ? `A ${what} is` : `"${text}" is no ${what}: it is`;
    this.#say(node, `${said} ${listed(known, "or")}.`, meant);
    return undefined;
  }

  #levels(node: SyntaxNode | undefined): Readonly<Record<string, Level>> {
    const levels: Record<string, Level> = {};
    if (!isNull(node) && node?.kind !== "map")
      this.#say(node, "`rules` is a map from rule to level, such as `GPU015: off`.");
    for (const { key, value } of entriesOf(node)) {
      const id = this.#ruleId(key);
      if (isNull(value)) this.#say(key, `Give ${key.text} a level: ${listed(LEVELS, "or")}.`);
      const level = isNull(value) ? undefined : this.#oneOf(value, LEVELS, "level");
      if (id !== undefined && level !== undefined) levels[id] = level;
    }
    return levels;
  }

  #ruleId(key: MapEntry["key"]): string | undefined {
    const id = this.#ids.get(key.text.toLowerCase());
    if (id !== undefined) return id;
    const meant = nearest(key.text, [...new Set(this.#ids.values()), ...this.#ids.keys()]);
    const hint = meant ? `; did you mean ${meant}?` : "; `slipway rules` lists them.";
    this.#say(key, `There is no rule "${key.text}"${hint}`, meant);
    return undefined;
  }

  #paths(node: SyntaxNode | undefined): PathSettings[] {
    if (isNull(node)) return [];
    if (node?.kind !== "list") {
      this.#say(node, '`paths` is a list, such as `- files: "test/"` with `ignore: true` below it.');
      return [];
    }
    return node.items.flatMap((item) => this.#path(item) ?? []);
  }

  #path(item: SyntaxNode): PathSettings | undefined {
    const found = new Map(entriesOf(item).map((entry) => [entry.key.text, entry.value]));
    const clear = this.#knownKeys(item, ["files", "rules", "ignore"]);
    const [files, ignored] = [found.get("files"), found.get("ignore")];
    const levels = this.#levels(found.get("rules"));
    const ignore = isNull(ignored) ? false : booleanOf(ignored);
    if (ignore === undefined) this.#say(ignored, "`ignore` is true or false.");
    if (isNull(files) || !files) {
      if (clear) this.#say(item, 'Say which files are meant, such as `files: "test/**"`.');
      return undefined;
    }
    return { files: this.#patterns(files), levels, ignore: ignore ?? false };
  }

  #patterns(node: SyntaxNode): PathPattern[] {
    if (node.kind === "list") return node.items.flatMap((item) => this.#patterns(item));
    const text = textOf(node);
    const pattern = text === undefined ? undefined : pathPattern(text);
    if (text === undefined || !pattern) {
      this.#say(node, "This is no pattern of files: write one as in a .gitignore, or a list of them.");
      return [];
    }
    if (/\{[^}]*,[^}]*\}/.test(text))
      this.#say(node, "Braces have no meaning here, as in a .gitignore: write a list of patterns.");
    return [pattern];
  }

  #kubernetesVersion(node: SyntaxNode | undefined): string | undefined {
    if (isNull(node)) return undefined;
    const minor = /^v?1\.(\d{1,2})(?:\.\d+)?$/.exec(textOf(node) ?? "")?.[1];
    if (minor === undefined) this.#say(node, "A Kubernetes version is written as 1.30.");
    return minor === undefined ? undefined : `1.${Number(minor)}`;
  }

  /** As `restricted`, `restricted:v1.30`, or a map of both. */
  #podSecurity(node: SyntaxNode | undefined): LevelVersion | undefined {
    if (isNull(node)) return undefined;
    if (node?.kind !== "map") {
      const read = parseLevelVersion(textOf(node) ?? "");
      const [name, version] = (textOf(node) ?? "").split(":");
      if (read) return read;
      if (POD_SECURITY_LEVELS.some((level) => level === name) && version !== undefined)
        this.#say(node, "A version of Pod Security is `latest`, or written as v1.30.");
      else this.#oneOf(node, POD_SECURITY_LEVELS, "Pod Security level");
      return undefined;
    }
    this.#knownKeys(node, ["level", "version"]);
    const found = new Map(node.entries.map((entry) => [entry.key.text, entry.value]));
    const version = found.get("version");
    const written = isNull(version) ? "latest" : (textOf(version) ?? "");
    const known = parseLevelVersion(`baseline:${written}`);
    if (!known) this.#say(version, "A version of Pod Security is `latest`, or written as v1.30.");
    if (!found.has("level")) this.#say(node, `Name the level: ${listed(POD_SECURITY_LEVELS, "or")}.`);
    const level = this.#oneOf(found.get("level"), POD_SECURITY_LEVELS, "Pod Security level");
    return level && known ? { level, version: known.version } : undefined;
  }

  /** @param meant what the text at that place should be, if that is clear. */
  #say(node: SyntaxNode | undefined, message: string, meant?: string): void {
    const at = node ?? { start: 0, end: 0 };
    const fix = node && meant !== undefined ? replaceScalar(this.#text, node, meant) : undefined;
    this.problems.push({
      at: { start: at.start, end: at.end },
      message,
      ...(fix ? { fixes: [{ title: `Change to ${meant}`, edits: [fix] }] } : {}),
    });
  }

  #at(start: number, end: number, message: string): void {
    this.problems.push({ at: { start, end }, message });
  }
}

function listed(names: readonly string[], last: "and" | "or"): string {
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
