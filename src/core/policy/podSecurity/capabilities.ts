// The capabilities that a container adds to those of the runtime.
import type { Change } from "../../syntax/changes.ts";
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Violation } from "./control.ts";
import { type Holder, setting } from "./pod.ts";

/** One violation for each capability that is added and not `allowed` by the level. */
export function addedCapabilities(container: Holder, allowed: readonly string[], level: string): Violation[] {
  const items = itemsOf(setting(container, "capabilities", "add")?.value);
  const bad = items.filter((item) => item.kind === "scalar" && !allowed.includes(textOf(item) ?? ""));
  const changes = takeOut(container, bad.length === items.length ? undefined : bad);
  return bad.map((at) => ({
    at,
    message: `The capability ${textOf(at) ?? ""} must not be added: ${level} allows ${
      allowed.length === 1 ? allowed[0] : "only those that a container has anyway"
    }.`,
    missing: false,
    changes,
  }));
}

/** Some of the list's items, or all of it. */
function takeOut(container: Holder, bad: readonly unknown[] | undefined): Change[] {
  const map = nodeAt(container.map, "securityContext", "capabilities");
  const entry = setting(container, "capabilities", "add");
  if (map?.kind !== "map" || !entry) return [];
  if (!bad) return [{ kind: "remove", map, entry }];
  const list = entry.value;
  if (list.kind !== "list") return [];
  return list.items.flatMap((item, index): Change[] =>
    bad.includes(item) ? [{ kind: "removeItem", list, index }] : [],
  );
}
