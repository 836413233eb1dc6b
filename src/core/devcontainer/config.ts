// What a devcontainer.json says that decides how it is launched.
// Source: https://containers.dev/implementors/json_reference/
import { parseJson } from "../syntax/json.ts";
import {
  booleanOf,
  entriesOf,
  entryOf,
  isNull,
  nodeAt,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../syntax/node.ts";

export interface DevcontainerConfig {
  name: string | undefined;
  /** optional: used where there is one · required: the container is of no use without. */
  gpu: "none" | "optional" | "required";
  /** What runs on this machine, not in the container, before anything else; as text to be shown. */
  initializeCommand: string | undefined;
  usesCompose: boolean;
}

/** The facts in the text of a devcontainer.json, or a sentence that says why there are none. */
export function readConfig(text: string): DevcontainerConfig | { problem: string } {
  const { root, problems } = parseJson(text);
  const [problem] = problems;
  if (problem) return { problem: `devcontainer.json can't be read: ${problem.message}` };
  if (root?.kind !== "map") return { problem: "devcontainer.json can't be read: it holds no object." };
  return {
    name: textOf(nodeAt(root, "name")),
    gpu: gpuOf(nodeAt(root, "hostRequirements", "gpu")),
    initializeCommand: commandText(nodeAt(root, "initializeCommand")),
    usesCompose: entryOf(root, "dockerComposeFile") !== undefined,
  };
}

function gpuOf(node: SyntaxNode | undefined): DevcontainerConfig["gpu"] {
  if (node === undefined || isNull(node)) return "none";
  if (node.kind === "scalar" && node.text === "optional") return "optional";
  return booleanOf(node) === false ? "none" : "required";
}

/** A command is a line for a shell, a list of words, or several of them by name. */
function commandText(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind === "list") return textsOf(node).map(word).join(" ");
  if (node.kind === "map") {
    return entriesOf(node)
      .map((entry) => commandText(entry.value))
      .filter((line) => line !== undefined)
      .join("\n");
  }
  return textOf(node);
}

function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text);
}
