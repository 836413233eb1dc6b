// What is said of a failed build: the builder's own sentence turned into one that says what to do.
import type { Dockerfile, Instruction } from "dockerfile-ast";
import { type KnownContext, missingText, sendingText, takesContext } from "./buildContext.ts";
import { registryReason } from "./registryReason.ts";

/** Instructions that take files. */
const stepSources = new Set(["COPY", "ADD", "RUN"]);

/** The path that the builder names as not there. */
export function missingPath(cause: string): string | undefined {
  return (
    /"([^"]+)":? not found/.exec(cause)?.[1] ??
    /stat ([^:]+): file does not exist/.exec(cause)?.[1] ??
    /lstat (?:\S*\/)?([^:/]+): no such file/.exec(cause)?.[1]
  );
}

/** What is said when an image can't be had from its registry. */
export const imageMissing =
  /pull access denied|failed to resolve (?:source metadata|reference)|failed to do request|manifest unknown|repository does not exist|invalid from flag value|^(?:Get|Head) "https?:/;

export function describe(
  cause: string,
  instruction: Instruction | undefined,
  lastLines: string[],
  file: Dockerfile,
  context: KnownContext | undefined,
): string {
  if (/no space left on device/i.test([cause, ...lastLines].join("\n"))) {
    return "The disk of the Docker engine is full. Make room (docker system prune), then build again.";
  }
  const sending = sendingText(cause, context?.ignore, context?.faults);
  if (sending !== undefined) return sending;
  const keyword = instruction?.getKeyword() ?? "";
  const said = lastLines.length > 0 ? `\n${lastLines.join("\n")}` : "";
  const code = /exit code: (\d+)|non-zero code: (\d+)/.exec(cause);
  if (code) {
    return `RUN failed with ${exitText(Number(code[1] ?? code[2]))}.${said}`;
  }
  const unstarted =
    /^(?:process ".*" did not complete successfully|executor failed running \[.*\]): (.*)$/s.exec(cause)?.[1];
  if (unstarted !== undefined) return `RUN could not start: ${sentence(unstarted)}${said}`;
  const from = /--from=(\S+)/.exec(instruction?.getTextContent() ?? "")?.[1];
  const missing = instruction && missingFromContext(cause, instruction);
  if (instruction && missing !== undefined) {
    return missingText(missing, instruction, context?.ignore, context?.place);
  }
  const path = missingPath(cause);
  if (path !== undefined && from !== undefined && (keyword === "COPY" || keyword === "ADD")) {
    return `${path} is not in ${from}, where this ${keyword} takes it from.`;
  }
  if (/too many links|too many levels of symbolic links/.test(cause) && stepSources.has(keyword)) {
    return `A symbolic link that this ${keyword} takes leads round in a circle. Point it at a real file, then build again.`;
  }
  if (imageMissing.test(cause)) {
    if (from !== undefined) {
      const stages = file.getFROMs().flatMap((one) => one.getBuildStage() ?? []);
      const known = stages.length > 0 ? `The stages are ${stages.join(", ")}` : "No stage has a name";
      return `There is no stage ${from}, and no image of that name: ${imageReason(cause)}. ${known}.`;
    }
    const name = instruction?.getArguments()[0]?.getValue();
    const registry = registryReason(cause);
    const remedy = registry === undefined ? "" : ` ${registry.remedy}`;
    return `The image ${name ?? "of this build"} can't be had: ${imageReason(cause)}.${remedy}`;
  }
  if (/unknown instruction/i.test(cause) && instruction && isHeredoc(instruction)) {
    return "This builder knows no here-documents (<<). Put # syntax=docker/dockerfile:1 in the first line, or chain the commands with &&.";
  }
  return sentence(cause);
}

export function isHeredoc(instruction: Instruction): boolean {
  return /^\S+\s.*<<-?["']?\w/.test(instruction.getTextContent());
}

/** Why a registry gave no image, in words that say what to look at. */
function imageReason(cause: string): string {
  const registry = registryReason(cause);
  if (registry) return registry.reason;
  if (/pull access denied|insufficient_scope|authorization failed|unauthorized/.test(cause)) {
    return "it does not exist, or needs docker login";
  }
  if (/not found|manifest unknown/.test(cause)) return "the registry has no such image or tag";
  return cause.split(": ").slice(-2).join(": ").trim();
}

function exitText(code: number): string {
  if (code === 127) return "exit code 127 (command not found)";
  if (code === 126) return "exit code 126 (the file can't be executed)";
  if (code === 137) return "exit code 137 (killed: most often it ran out of memory)";
  return `exit code ${code}`;
}

function sentence(cause: string): string {
  const text = cause.length > 400 ? `${cause.slice(0, 400)}…` : cause;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?)…]$/.test(text) ? "" : "."}`;
}

/** The path that an instruction wanted from the build context, when that is why it failed. */
export function missingFromContext(cause: string, instruction: Instruction): string | undefined {
  const path = missingPath(cause);
  if (path === undefined || !stepSources.has(instruction.getKeyword())) return undefined;
  // A program of a RUN can miss a file too: only the builder itself says it so.
  if (instruction.getKeyword() === "RUN" && !/^"[^"]+":? not found/.test(cause)) return undefined;
  return takesContext(instruction) ? path : undefined;
}
