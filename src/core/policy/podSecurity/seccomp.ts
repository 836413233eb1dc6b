// Seccomp profiles: which system calls a container may make, and where a pod says so.
import type { Change } from "../../syntax/changes.ts";
import { nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Violation } from "./control.ts";
import { type Holder, holders, type ReviewedPod, setting } from "./pod.ts";

const ALLOWED = ["RuntimeDefault", "Localhost"];

export function isGoodProfile(profile: SyntaxNode): boolean {
  return ALLOWED.includes(textOf(nodeAt(profile, "type")) ?? "");
}

export function setProfile(holder: Holder): Change {
  const path = ["securityContext", "seccompProfile", "type"] as const;
  return { kind: "set", map: holder.map, path, value: "RuntimeDefault" };
}

/** Profiles that are set, by the pod or by a container, to a type that is forbidden. */
export function badProfiles(pod: ReviewedPod): Violation[] {
  return holders(pod).flatMap((holder) => {
    const entry = setting(holder, "seccompProfile");
    if (!entry || isGoodProfile(entry.value)) return [];
    return {
      at: setting(holder, "seccompProfile", "type")?.value ?? entry.key,
      message: "The seccomp profile must be of type RuntimeDefault or Localhost.",
      missing: false,
      changes: [setProfile(holder)],
    };
  });
}
