// Runs what is sent to a container as processes of this machine, with programs that the test chooses.
import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { abortError, onAbort } from "../../../../src/base/signal.ts";
import type { ExecEnd } from "../../../../src/core/kube/execChannels.ts";
import type { Execute } from "../../../../src/io/kube/copy/transfer.ts";
import { findProgram } from "../../../support/command.ts";

export interface LocalContainer {
  execute: Execute;
  /** Commands that were run, by their first words. */
  readonly ran: string[];
  /** Cuts the connection after so many bytes that were sent, or that came. */
  cutAfterBytes: number;
  /** The most bytes that waited to be taken. */
  mostWaiting: number;
  /** So many bytes at the end never come, as where a command ends while they are on their way. */
  losesLast: number;
  tellsEnd: boolean;
  /** How often the command was held back. */
  pauses: number;
}

/** @param programs which programs it has; `busybox:` before a name takes BusyBox's. */
export function localContainer(folder: string, programs: readonly string[]): LocalContainer {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const program of programs) {
    const [from, name = from] = program.split(":") as [string, string?];
    const found = findProgram(from);
    if (found === undefined) throw new Error(`${from} is not installed`);
    symlinkSync(found, join(bin, name));
  }
  const local: LocalContainer = {
    ran: [],
    cutAfterBytes: Number.POSITIVE_INFINITY,
    mostWaiting: 0,
    losesLast: 0,
    tellsEnd: true,
    pauses: 0,
    async execute({ command = [] }, sink, signal) {
      const [program = "", ...args] = command;
      local.ran.push(program);
      const child = spawn(program, args, {
        cwd: folder,
        env: { PATH: bin },
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      });
      // What a shell has started goes with it, and its output is not waited for.
      const end = () => {
        child.stdout.resume();
        try {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      };
      let bytes = 0;
      let late = Buffer.alloc(0);
      let cut: string | undefined;
      const passed = (count: number) => {
        bytes += count;
        if (bytes <= local.cutAfterBytes) return true;
        cut = "the connection was cut";
        end();
        return false;
      };
      child.stdout.on("data", (chunk: Buffer) => {
        if (!passed(chunk.length)) return;
        if (local.losesLast === 0) return sink.output(chunk);
        late = Buffer.concat([late, chunk]);
        if (late.length > local.losesLast) sink.output(late.subarray(0, late.length - local.losesLast));
        late = late.subarray(Math.max(0, late.length - local.losesLast));
        // It does not wait for a word that says that all has come.
        child.stdin.end();
      });
      child.stderr.on("data", (chunk: Buffer) => sink.errors(chunk));
      child.stdin.on("error", () => {});
      child.stdin.on("drain", () => sink.drained?.());
      const done = new Promise<ExecEnd>((resolve, reject) => {
        const listener = onAbort(signal, () => {
          end();
          reject(abortError());
        });
        child.once("error", () =>
          resolve({ kind: "failed", why: `exec: "${program}": executable file not found in $PATH` }),
        );
        child.once("close", (code) => {
          listener.dispose();
          resolve(
            cut === undefined ? { kind: "exited", exitCode: code ?? 137 } : { kind: "failed", why: cut },
          );
        });
      });
      done.catch(() => {});
      return {
        done,
        tellsEnd: local.tellsEnd,
        endInput: () => void child.stdin.end(),
        resize() {},
        pause() {
          local.pauses += 1;
          child.stdout.pause();
        },
        resume: () => void child.stdout.resume(),
        get waiting() {
          return child.stdin.writableLength;
        },
        write(data) {
          if (!passed(data.length)) return;
          child.stdin.write(Buffer.from(data as Uint8Array));
          local.mostWaiting = Math.max(local.mostWaiting, child.stdin.writableLength);
        },
      };
    },
  };
  return local;
}
