// A launch by the devcontainers command line: the command line as data, its log as steps and lines, its outcome.
// Source: devcontainers/cli 0.89 src/spec-node/devContainersSpecCLI.ts, dockerCompose.ts, src/spec-utils/log.ts.
import { harmlessTerminalText } from "../../base/terminalText.ts";
import { registryReason } from "../image/registryReason.ts";
import { explainCompose } from "./composeFailure.ts";
import { isGpuFailure } from "./gpu.ts";

export interface LaunchOptions {
  /** Absolute path of the folder that is mounted. */
  folder: string;
  /** Absolute path of the devcontainer.json. */
  configFile: string;
  /** Name or path of the docker command line. */
  docker: string;
  gpuAvailability: "all" | "none";
  /** Throws the container away and makes it anew. */
  rebuild: boolean;
}

/** Arguments for the devcontainers command line. Values stand behind `=`, so none can be an option. */
export function planLaunch(options: LaunchOptions): string[] {
  return [
    "up",
    `--workspace-folder=${options.folder}`,
    `--config=${options.configFile}`,
    `--docker-path=${options.docker}`,
    `--gpu-availability=${options.gpuAvailability}`,
    "--log-format=json",
    ...(options.rebuild ? ["--remove-existing-container"] : []),
  ];
}

export type LaunchOutcome =
  | { kind: "up"; containerId: string; remoteUser: string; remoteFolder: string }
  | { kind: "failed"; message: string; containerId: string | undefined };

/** What is said of the last line of standard output; undefined for any other line. */
export function readOutcome(line: string): LaunchOutcome | undefined {
  const data = record(line);
  const containerId = text(data["containerId"]);
  if (data["outcome"] === "success" && containerId !== undefined) {
    return {
      kind: "up",
      containerId,
      remoteUser: text(data["remoteUser"]) ?? "root",
      remoteFolder: text(data["remoteWorkspaceFolder"]) ?? "/",
    };
  }
  if (data["outcome"] !== "error") return undefined;
  const message = [text(data["description"]), text(data["message"])].find((one) => one !== undefined);
  return { kind: "failed", message: message ?? "It gave no reason.", containerId };
}

/** What a line of the log adds: text for the log, or a new step. */
export interface LogEntry {
  text?: string;
  step?: string;
  /** The Compose project that the launch works on. */
  project?: string;
}

/** Steps that a person waits for, by the command that runs; the rest is too short to be read. */
const STEPS: readonly [RegExp, string][] = [
  // First: the files that it names have "build" in their names.
  [/^Run: .*\bcompose\b.* up(?: |$)/, "Starting the services"],
  [/^Run: .*\bbuild(?:x build)?\b(?! *inspect)/, "Building the image"],
  [/^Run: \S+ (?:image )?pull\b/, "Pulling the image"],
  [/^Run: \S+ run\b/, "Starting the container"],
  [/^Run: \S+ start\b/, "Starting the container"],
  [/^Resolving Remote|^Resolving Feature/i, "Resolving features"],
];

/** One line of standard error, which is JSON with `--log-format json`; anything else is text as it is. */
export function readLogLine(line: string): LogEntry {
  const data = record(line);
  const type = data["type"];
  const said = text(data["text"]);
  if (type === undefined) return line.trim() === "" ? {} : { text: `${harmlessTerminalText(line)}\n` };
  if (type === "progress") {
    const name = text(data["name"]);
    return data["status"] === "running" && name !== undefined ? { step: name.replace(/\.+$/, "") } : {};
  }
  if (said === undefined) return {};
  if (type === "start") {
    const step = STEPS.find(([pattern]) => pattern.test(said))?.[1];
    const project = /^Run: .*\bcompose\b.* --project-name (\S+) /.exec(said)?.[1];
    return { ...(step === undefined ? {} : { step }), ...(project === undefined ? {} : { project }) };
  }
  // Below info there is only what its authors look for.
  if (type === "text" && typeof data["level"] === "number" && data["level"] < 3) return {};
  if (type !== "raw" && type !== "text") return {};
  const plain = harmlessTerminalText(said).replace(/\r\n?/g, "\n");
  return { text: type === "text" && !plain.endsWith("\n") ? `${plain}\n` : plain };
}

/**
 * Why a launch failed, in one sentence, from its outcome and the end of its log.
 * @param log what was printed, the last lines at least.
 */
export function explainLaunch(outcome: string, log: string, usesCompose = false): string {
  const port =
    /Bind for \S*?:(\d+) failed: port is already allocated/.exec(log)?.[1] ??
    /(?:listen|bind)[^\n]*?:(\d+)(?:\/tcp)?:[^\n]*address already in use/.exec(log)?.[1];
  if (port !== undefined) {
    return `Port ${port} of this machine is taken. Stop what uses it, or publish another one in ${usesCompose ? 'the Compose file ("127.0.0.1::8888"' : 'devcontainer.json ("--publish=127.0.0.1::8888"'} takes a free one).`;
  }
  if (/Cannot connect to the Docker daemon|error during connect/i.test(log)) {
    return "The Docker engine went away during the launch. Start it, then launch again.";
  }
  if (/no space left on device/i.test(log)) {
    return "The disk of the Docker engine is full. Free some space (docker system prune), then launch again.";
  }
  if (/read-only file system/i.test(log)) {
    return "A folder or volume of the container is mounted read-only, and something has to be written there. Look at the mounts in devcontainer.json.";
  }
  if (isGpuFailure(log)) {
    const where = usesCompose ? "the Compose file" : "runArgs in devcontainer.json";
    return `The Docker engine can't give the GPU that ${where} asks for. Take it out there, and write "hostRequirements": { "gpu": "optional" } in devcontainer.json to have one only where there is one.`;
  }
  const image = /(?:pull access denied for|manifest for) (\S+?)[, ]/.exec(log)?.[1];
  const resolved = /failed to resolve (?:source metadata for|reference) "?([^\s"]+?)"?: /.exec(log)?.[1];
  if (image !== undefined || resolved !== undefined) {
    const line = log.split("\n").find((one) => one.includes("failed to do request")) ?? "";
    const registry = registryReason(line);
    if (registry) {
      return `The image ${image ?? resolved} could not be pulled: ${registry.reason}. ${registry.remedy}`;
    }
    return `The image ${image ?? resolved} could not be pulled. Check its name, and that its registry can be reached and lets you in.`;
  }
  const hook =
    /\b(onCreate|updateContent|postCreate|postStart|postAttach|initialize)Command\b[^\n]*failed/.exec(
      `${outcome}\n${log}`,
    )?.[1];
  if (hook !== undefined) {
    const killed = /\bexit(?:ed)?(?: with)?(?: code)? 137\b/.test(`${outcome}\n${log}`);
    return `The ${hook}Command of devcontainer.json failed${killed ? ": it was killed (exit code 137), mostly because memory ran out" : ""}. Its output is in the log.`;
  }
  const compose = explainCompose(outcome, log);
  if (compose !== undefined) return compose;
  const line = outcome.split("\n", 1)[0]?.trim() ?? "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function record(line: string): Record<string, unknown> {
  if (!line.startsWith("{")) return {};
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
