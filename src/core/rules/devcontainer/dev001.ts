// DEV001: how a devcontainer asks for its GPU and its shared memory.
import type { JsonTree } from "../../syntax/json.ts";
import {
  booleanOf,
  entryOf,
  isNull,
  type ListNode,
  type MapNode,
  nodeAt,
  type SyntaxNode,
  textOf,
} from "../../syntax/node.ts";
import type { Problem, TextEdit } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const SHARED_MEMORY = "--shm-size=8g";

export const dev001: Rule = {
  id: "DEV001",
  title: "A devcontainer asks for its GPU with hostRequirements, and for shared memory",
  severity: "warning",
  why: "With --gpus in runArgs the container does not start on a machine without a GPU; hostRequirements.gpu lets the tool add the flag where there is one. Data loaders need more than the 64 MB of shared memory a container has.",
  source: "https://github.com/devcontainers/spec/blob/main/docs/specs/gpu-host-requirement.md",
  appliesTo: "devcontainer",
  good: `{
  "name": "train",
  "image": "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-devel",
  "hostRequirements": { "gpu": "optional" },
  "runArgs": ["--shm-size=8g"]
}
`,
  bad: `{
  "name": "train",
  "image": "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-devel",
  "runArgs": [«"--gpus", "all"»]
}
`,
  *check(file) {
    const { root } = file;
    if (root?.kind !== "map") return;
    const runArgs = nodeAt(root, "runArgs");
    const list = runArgs?.kind === "list" ? runArgs : undefined;
    const compose = entryOf(root, "dockerComposeFile");
    const gpu = nodeAt(root, "hostRequirements", "gpu");
    const required = !isNull(gpu) && booleanOf(gpu) !== false;
    const flag = list && gpuFlag(list);
    if (compose) {
      if (flag)
        yield {
          at: flag.span,
          message: "runArgs are not used with dockerComposeFile: ask for the GPU in the compose file.",
        };
      return;
    }
    if (list && flag) yield gpuProblem(file, root, list, flag, required);
    else if (required && !sharesMemory(list)) {
      const at = entryOf(nodeAt(root, "hostRequirements"), "gpu")?.key ?? root;
      yield {
        at,
        severity: "information",
        message:
          "This container has 64 MB of shared memory, too little for data loaders and NCCL: add --shm-size to runArgs.",
        fixes: [{ title: `Add ${SHARED_MEMORY}`, edits: [addRunArgument(file.text, root, list)] }],
      };
    }
  },
};

interface Flag {
  /** From the flag's item to the end of its value. */
  readonly span: { start: number; end: number };
  readonly first: number;
  readonly last: number;
}

function gpuFlag(list: ListNode): Flag | undefined {
  const first = list.items.findIndex((item) => /^--gpus(?:=|$)/.test(textOf(item) ?? ""));
  const item = list.items[first];
  if (!item) return undefined;
  const value = textOf(item) === "--gpus" ? list.items[first + 1] : undefined;
  return { span: { start: item.start, end: (value ?? item).end }, first, last: value ? first + 1 : first };
}

function sharesMemory(list: ListNode | undefined): boolean {
  return list?.items.some((item) => /^--(?:shm-size|ipc)(?:=|$)/.test(textOf(item) ?? "")) ?? false;
}

function gpuProblem(file: JsonTree, root: MapNode, list: ListNode, flag: Flag, required: boolean): Problem {
  const edits = [replaceFlag(list, flag)];
  if (!required) edits.push(addRequirement(file.text, root));
  return {
    at: flag.span,
    message: required
      ? "hostRequirements.gpu adds --gpus where there is a GPU; here as well it keeps the container from starting where there is none."
      : 'With --gpus here the container does not start on a machine without a GPU: "hostRequirements": {"gpu": "optional"} adds the flag where there is one.',
    fixes: [{ title: 'Use hostRequirements.gpu: "optional"', edits }],
  };
}

/** Takes the flag out; where there is no shared memory yet, puts that in its place. */
function replaceFlag(list: ListNode, flag: Flag): TextEdit {
  if (!sharesMemory(list)) return { ...flag.span, text: JSON.stringify(SHARED_MEMORY) };
  const next = list.items[flag.last + 1];
  if (next) return { start: flag.span.start, end: next.start, text: "" };
  return { start: list.items[flag.first - 1]?.end ?? flag.span.start, end: flag.span.end, text: "" };
}

function addRequirement(text: string, root: MapNode): TextEdit {
  const existing = entryOf(root, "hostRequirements");
  if (!existing) return addProperty(text, root, "hostRequirements", '{ "gpu": "optional" }');
  const gpu = entryOf(existing.value, "gpu");
  if (gpu) return { start: gpu.value.start, end: gpu.value.end, text: '"optional"' };
  if (existing.value.kind === "map") return addProperty(text, existing.value, "gpu", '"optional"');
  return { start: existing.value.start, end: existing.value.end, text: '{ "gpu": "optional" }' };
}

function addRunArgument(text: string, root: MapNode, list: ListNode | undefined): TextEdit {
  const written = JSON.stringify(SHARED_MEMORY);
  if (!list) {
    const existing = entryOf(root, "runArgs");
    if (existing) return { start: existing.value.start, end: existing.value.end, text: `[${written}]` };
    return addProperty(text, root, "runArgs", `[${written}]`);
  }
  const last: SyntaxNode | undefined = list.items.at(-1);
  if (!last) return { start: list.start, end: list.end, text: `[${written}]` };
  return { start: last.end, end: last.end, text: `, ${written}` };
}

/** Adds a property after the last one of an object, on a line of its own where the others are. */
function addProperty(text: string, map: MapNode, name: string, written: string): TextEdit {
  const property = `${JSON.stringify(name)}: ${written}`;
  const last = map.entries.at(-1);
  if (!last) return { start: map.start, end: map.end, text: `{ ${property} }` };
  const breakBefore = /\r?\n[ \t]*$/.exec(text.slice(0, last.key.start));
  const gap = breakBefore ? breakBefore[0] : " ";
  return { start: last.value.end, end: last.value.end, text: `,${gap}${property}` };
}
