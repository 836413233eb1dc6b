// sysctls: of the kernel's settings only those that stay inside the pod.
import type { Change } from "../../../syntax/changes.ts";
import { itemsOf, nodeAt, type SyntaxNode, textOf } from "../../../syntax/node.ts";
import type { Control, Violation } from "../control.ts";
import { type ReviewedPod, setting } from "../pod.ts";

const SAFE_SINCE: readonly (readonly [since: number, ...names: string[]])[] = [
  [
    0,
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
  ],
  [27, "net.ipv4.ip_local_reserved_ports"],
  [
    29,
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
  ],
  [32, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
  [37, "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"],
];

function check(minor: number): (pod: ReviewedPod) => Iterable<Violation> {
  const safe = new Set(SAFE_SINCE.flatMap(([since, ...names]) => (since <= minor ? names : [])));
  return function* unsafe(pod) {
    const items = itemsOf(setting(pod.pod, "sysctls")?.value);
    const bad = items.filter((item) => item.kind === "map" && !safe.has(textOf(nodeAt(item, "name")) ?? ""));
    const changes = takeOut(pod, bad.length === items.length ? undefined : bad);
    for (const item of bad) {
      const name = nodeAt(item, "name");
      const at = name?.kind === "scalar" && name.end > name.start ? name : item;
      yield {
        at: at.kind === "map" ? (at.entries[0]?.key ?? at) : at,
        message: `The sysctl ${textOf(name) ?? ""} must not be set: it reaches beyond the pod.`,
        missing: false,
        changes,
      };
    }
  };
}

/** Some of the list's items, or all of it. */
function takeOut({ pod }: ReviewedPod, bad: readonly SyntaxNode[] | undefined): Change[] {
  const map = nodeAt(pod.map, "securityContext");
  const entry = setting(pod, "sysctls");
  if (map?.kind !== "map" || !entry) return [];
  if (!bad) return [{ kind: "remove", map, entry }];
  const list = entry.value;
  if (list.kind !== "list") return [];
  return list.items.flatMap((item, index): Change[] =>
    bad.includes(item) ? [{ kind: "removeItem", list, index }] : [],
  );
}

export const sysctls: Control = {
  id: "sysctls",
  level: "baseline",
  remedy: "Take the forbidden sysctls out of this pod",
  variants: [
    { since: 0, check: check(0) },
    { since: 27, check: check(27) },
    { since: 29, check: check(29) },
    { since: 32, check: check(32) },
    { since: 37, check: check(37) },
  ],
};
