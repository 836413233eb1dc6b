// A .hadolint.yaml -> levels: what it ignores is off, what it overrides has the level it gives.
// Facts: https://github.com/hadolint/hadolint#configure
import { itemsOf, nodeAt, textOf } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";
import type { Level } from "./levels.ts";

const SEVERITIES: Readonly<Record<string, Level>> = {
  error: "error",
  warning: "warning",
  info: "information",
  style: "information",
};

/** By hadolint's names, as DL3008; {} for a text that is no such file. */
export function hadolintLevels(text: string): Record<string, Level> {
  const levels: Record<string, Level> = {};
  const root = parseYaml(text)[0]?.root;
  const put = (level: Level, ...path: string[]): void => {
    for (const item of itemsOf(nodeAt(root, ...path))) {
      const name = textOf(item);
      if (name !== undefined && /^(?:DL|SC)\d{4}$/.test(name)) levels[name] = level;
    }
  };
  for (const [name, level] of Object.entries(SEVERITIES)) put(level, "override", name);
  put("off", "ignored");
  return levels;
}
