// Settings of ours that a workspace brings along and that count for nothing while it is not trusted.
import { parseJson } from "../../../core/syntax/json.ts";
import { nodeAt } from "../../../core/syntax/node.ts";
import { restrictedSettings } from "../../settings.ts";

/**
 * Ids of such settings in a settings file, which may be broken.
 * @param path keys that lead to the settings, as in a file of a workspace.
 */
export function restrictedIn(text: string, ...path: string[]): string[] {
  const node = nodeAt(parseJson(text).root, ...path);
  const keys = new Set(node?.kind === "map" ? node.entries.map(({ key }) => key.text) : []);
  return restrictedSettings().filter((id) => keys.has(id));
}

/** @param ids the settings that the workspace brings along. */
export function ignoredSentence(ids: readonly string[]): string {
  const names = ids.length > 1 ? `${ids.slice(0, -1).join(", ")} and ${ids.at(-1) ?? ""}` : (ids[0] ?? "");
  const [what, are] = ids.length > 1 ? ["settings", "are"] : ["setting", "is"];
  return `This workspace is not trusted, so its ${what} ${names} ${are} ignored: trust it only if you know who wrote it.`;
}
