// The channels of an exec: which byte stands before what, and how the last message says that it ended.
// Source: https://kubernetes.io/docs/reference/using-api/ (WebSocket), k8s.io/apimachinery/pkg/util/remotecommand.
import { count, list, text } from "./object.ts";

/** The newest first; v5 can say that a channel is closed. */
export const execProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

export const execChannels = { input: 0, output: 1, errors: 2, end: 3, size: 4, close: 255 } as const;

/** exited: the command ran and gave that code · failed: it could not be started, or its way was lost. */
export type ExecEnd = { kind: "exited"; exitCode: number } | { kind: "failed"; why: string };

/** From the Status that stands in the channel of the end. */
export function execEnd(status: string): ExecEnd {
  let parsed: unknown;
  try {
    parsed = JSON.parse(status);
  } catch {
    return { kind: "failed", why: status.slice(0, 300) };
  }
  if (text(parsed, "status") === "Success") return { kind: "exited", exitCode: 0 };
  const why = text(parsed, "message") ?? "the server gave no reason";
  if (text(parsed, "reason") !== "NonZeroExitCode") return { kind: "failed", why };
  const cause = list(parsed, "details", "causes").find((one) => text(one, "reason") === "ExitCode");
  const exitCode = Number(text(cause, "message") ?? Number.NaN);
  return Number.isInteger(exitCode)
    ? { kind: "exited", exitCode }
    : { kind: "exited", exitCode: count(parsed, "code") || 1 };
}
