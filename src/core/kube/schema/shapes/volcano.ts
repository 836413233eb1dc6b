// What happens to a job of Volcano, or a task of it, at an event.
import type { Shape } from "../ownKind.ts";

export const policies: Shape = [
  { action: "text", event: "text", events: ["text"], exitCode: "whole", timeout: "text" },
];
