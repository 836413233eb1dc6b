// Runs one command to its end and gives its output; a failure carries the command and the end of its output.
import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export type CommandOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Given to the command's standard input, which is closed after it. */
  input?: string | Buffer;
  timeoutMs?: number;
};

export type CommandResult = { exitCode: number; stdout: string; stderr: string };

/** Runs a command and gives its standard output; throws when it ends with anything but 0. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await tryCommand(command, args, options);
  if (result.exitCode !== 0) {
    const said = `${result.stdout}\n${result.stderr}`.trim().slice(-4_000);
    throw new Error(`${command} ${args.join(" ")} ended with ${result.exitCode}:\n${said}`);
  }
  return result.stdout;
}

/** Runs a command and gives its exit code and output; throws only when it can't be started or takes too long. */
export function tryCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const limit = options.timeoutMs
      ? setTimeout(() => {
          child.kill("SIGKILL");
          reject(new Error(`${command} ${args.join(" ")} took more than ${options.timeoutMs} ms`));
        }, options.timeoutMs)
      : undefined;
    child.on("error", (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({
        exitCode: code ?? -1,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
    // A command that does not read its input closes the pipe early; its exit code says what came of it.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
  });
}

/** Runs a command and does not care how it ends; for taking things down. */
export function runQuietly(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 }).toString(
      "utf8",
    );
  } catch {
    return "";
  }
}

/** The full path of a program, looked for in PATH and in the folders where Debian keeps root's programs. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    "/usr/sbin",
    "/sbin",
    "/usr/local/go/bin",
  ];
  for (const folder of folders) {
    if (!folder) continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The command lines of this machine's processes that have this text in them. Throws when they can't be listed. */
export function commandLinesWith(text: string): string[] {
  const all = execFileSync("ps", ["-A", "-o", "args="]).toString("utf8").split("\n");
  return all.filter((line) => line.includes(text));
}

/** The ids of processes of this user in whose command line and whose environment these texts are. Only on Linux. */
export function processesWith(command: string, environment: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      const has = (file: string, text: string) => {
        try {
          return readFileSync(join("/proc", id, file), "utf8").includes(text);
        } catch {
          // It has ended, or is somebody else's.
          return false;
        }
      };
      return has("cmdline", command) && has("environ", environment);
    })
    .map(Number);
}

/** Polls until the check answers true, or throws after the limit with what was waited for. */
export async function waitUntil(
  what: string,
  limitMs: number,
  check: () => Promise<boolean> | boolean,
): Promise<void> {
  const end = Date.now() + limitMs;
  let lastError = "";
  for (;;) {
    try {
      if (await check()) return;
    } catch (error) {
      lastError = error instanceof Error ? `: ${error.message}` : "";
    }
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}${lastError}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
