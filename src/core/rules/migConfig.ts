// The configuration of NVIDIA's MIG manager (mig-parted), as it stands in a key of a ConfigMap.
// Source: https://github.com/NVIDIA/mig-parted#configuration-format
import { judgeMigName } from "../gpu/mig.ts";
import { booleanOf, entriesOf, entryOf, itemsOf, nodeAt, numberOf, type SyntaxNode } from "../syntax/node.ts";
import { type EmbeddedProblem, isFilled, unknownKeys } from "./embeddedProblem.ts";

const READER = "The MIG manager";
const SPEC = ["device-filter", "devices", "mig-enabled", "mig-devices"];
/** No GPU has more compute slices. */
const MOST_SLICES = 7;

/** True for a tree that is such a configuration. */
export function isMigConfig(root: SyntaxNode): boolean {
  return nodeAt(root, "mig-configs")?.kind === "map";
}

export function* migConfigProblems(root: SyntaxNode): Iterable<EmbeddedProblem> {
  for (const { value } of entriesOf(nodeAt(root, "mig-configs")))
    for (const spec of itemsOf(value)) {
      if (spec.kind !== "map") continue;
      yield* unknownKeys(spec, SPEC, READER);
      yield* specProblems(spec);
    }
}

function* specProblems(spec: SyntaxNode): Iterable<EmbeddedProblem> {
  const devices = entryOf(spec, "mig-devices");
  if (!devices || !isFilled(devices.value)) return;
  if (booleanOf(nodeAt(spec, "mig-enabled")) === false && entriesOf(devices.value).length > 0)
    yield {
      at: devices.key,
      severity: "warning",
      message: "With mig-enabled: false there are no MIG devices; set it to true, or leave mig-devices out.",
    };
  let slices = 0;
  for (const { key, value } of entriesOf(devices.value)) {
    slices += Number(/^\d+/.exec(key.text)?.[0] ?? 0) * (numberOf(value) ?? 0);
    yield* profileProblems(key);
  }
  if (slices > MOST_SLICES)
    yield {
      at: devices.key,
      severity: "warning",
      message: `These take ${slices} compute slices of one GPU, and no GPU has more than ${MOST_SLICES}.`,
    };
}

function* profileProblems(key: SyntaxNode & { text: string }): Iterable<EmbeddedProblem> {
  const name = key.text;
  // Compute instances in front ("1c.2g.20gb") are a matter of their own.
  if (/^\d+c\./.test(name)) return;
  const dotted = /^(\d+g\.\d+gb)\.(me|gfx)/.exec(name);
  if (dotted) {
    yield {
      at: key,
      message: `A profile is written with + here: ${name.replace(`.${dotted[2]}`, `+${dotted[2]}`)}. Only the name of its resource has a dot.`,
    };
    return;
  }
  const judged = judgeMigName(name.replaceAll("+", "."));
  if (judged.kind !== "unknown") return;
  const nearby = judged.nearby.length === 0 ? "" : `; the nearest are ${judged.nearby.join(", ")}`;
  yield { at: key, severity: "warning", message: `No GPU has a MIG profile ${name}${nearby}.` };
}
