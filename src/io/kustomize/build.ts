// Builds a kustomization with the kustomize of this machine, its own or kubectl's, offline.
import { isAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Processes } from "../process/processes.ts";

export type Built =
  | { readonly kind: "built"; readonly text: string }
  /** Why not, in kustomize's own words, without a full stop. */
  | { readonly kind: "failed"; readonly message: string }
  /** There is no kustomize. */
  | { readonly kind: "missing" };

/** In the order in which they are tried. */
const PROGRAMS: readonly { command: string; verb: string }[] = [
  { command: "kustomize", verb: "build" },
  { command: "kubectl", verb: "kustomize" },
];
/** Whoever calls has looked that nothing is fetched; what was overlooked gets no further. */
const OFFLINE: Record<string, string> = {
  GIT_ALLOW_PROTOCOL: "none",
  GIT_TERMINAL_PROMPT: "0",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  http_proxy: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  NO_PROXY: "",
  no_proxy: "",
};
/** UTF-16 units. */
const MAXIMUM_LENGTH = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const MOST_MESSAGE = 400;

/** @param folder absolute. */
export async function buildKustomization(
  processes: Processes,
  folder: string,
  signal: Signal,
): Promise<Built> {
  for (const { command, verb } of PROGRAMS) {
    const output: string[] = [];
    const errors: string[] = [];
    let length = 0;
    try {
      const { exitCode } = await processes.run(
        {
          command,
          // Files beside the folder may be shared, as Argo CD and others let them.
          args: [verb, "--load-restrictor=LoadRestrictionsNone", folder],
          env: OFFLINE,
          onLine(line, stream) {
            length += line.length;
            if (length < MAXIMUM_LENGTH) (stream === "stdout" ? output : errors).push(line);
          },
        },
        AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      );
      if (length >= MAXIMUM_LENGTH) return { kind: "failed", message: "it makes more than 64 MB" };
      if (exitCode === 0) return { kind: "built", text: `${output.join("\n")}\n` };
      return { kind: "failed", message: reasonIn(errors, folder) };
    } catch (error) {
      if (Trouble.is(error, "missing-tool")) continue;
      if (isAbort(error) && !signal.aborted)
        return { kind: "failed", message: `that took longer than ${TIMEOUT_MS / 1000} seconds` };
      throw error;
    }
  }
  return { kind: "missing" };
}

/** kubectl may write it as a line of its log, and kustomize says it once for each way that it tried. */
function reasonIn(errors: readonly string[], folder: string): string {
  const lines = errors.filter((line) => line.trim() !== "" && !/^(?:# )?Warning/i.test(line));
  const logged = /^[EF]\d{4} .*?\berr=[<"]?(.*?)"?$/.exec(lines[0] ?? "");
  const said = [...(logged ? [logged[1] ?? "", ...lines.slice(1)] : lines)].slice(0, 4);
  const plain = said
    .map((line) => line.trim())
    .join(" ")
    .trim()
    .replace(/^error: /i, "")
    .replaceAll(`${folder}/`, "")
    .replaceAll('\\"', '"');
  return (plain.trim() || "it says nothing").slice(0, MOST_MESSAGE).replace(/[.\s]+$/, "");
}
