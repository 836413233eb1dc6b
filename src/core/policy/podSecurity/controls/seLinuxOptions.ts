// seLinuxOptions: SELinux keeps its types for containers, and its own user and role.
import type { Change } from "../../../syntax/changes.ts";
import { entriesOf, entryOf, type MapEntry, textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { type Holder, holders, type ReviewedPod, setting } from "../pod.ts";

const TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];

function check(types: readonly string[]): (pod: ReviewedPod) => Violation[] {
  return (pod) => holders(pod).flatMap((holder) => forbidden(holder, types));
}

function forbidden(holder: Holder, types: readonly string[]): Violation[] {
  const options = setting(holder, "seLinuxOptions");
  const bad = ["type", "user", "role"].flatMap((key) => {
    const entry = entryOf(options?.value, key);
    const text = textOf(entry?.value) ?? "";
    return entry && !(key === "type" ? types : [""]).includes(text) ? [entry] : [];
  });
  const changes = options ? takeOut(holder, options, bad) : [];
  return bad.map(({ key, value }) => ({
    at: value,
    message:
      key.text === "type"
        ? `The SELinux type must be ${types.slice(1, -1).join(", ")} or ${types.at(-1)}.`
        : `The SELinux ${key.text} must not be set.`,
    missing: false,
    changes,
  }));
}

/** The options that are bad, and all of them where no good one is left. */
function takeOut(holder: Holder, options: MapEntry, bad: readonly MapEntry[]): Change[] {
  const context = entryOf(holder.map, "securityContext")?.value;
  const map = options.value;
  if (context?.kind !== "map" || map.kind !== "map") return [];
  if (entriesOf(map).length === bad.length) return [{ kind: "remove", map: context, entry: options }];
  return bad.map((entry) => ({ kind: "remove", map, entry }));
}

export const seLinuxOptions: Control = {
  id: "seLinuxOptions",
  level: "baseline",
  remedy: "Take the SELinux options out that baseline forbids",
  variants: [
    { since: 0, check: check(TYPES) },
    { since: 31, check: check([...TYPES, "container_engine_t"]) },
  ],
};
