// procMount_restricted: the masks over /proc stay, also in a user namespace, which procMount lets pass since 1.35.
import type { Control } from "../control.ts";
import { unmasked } from "./procMount.ts";

export const procMountRestricted: Control = {
  id: "procMount_restricted",
  level: "restricted",
  remedy: "Set procMount: Default in this pod",
  replaces: "procMount",
  variants: [{ since: 35, check: unmasked }],
};
