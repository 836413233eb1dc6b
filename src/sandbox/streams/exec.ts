// exec over the channels of Kubernetes' WebSocket protocol: 0 in, 1 out, 2 err, 3 how it ended, 4 size.
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import type { ContainerRun } from "../control/containerRun.ts";
import { newSession, type Session, type Steps } from "../shell/session.ts";
import { canRun, runArguments } from "../shell/shell.ts";
import { LineInput } from "./terminal.ts";
import type { WebSocket } from "./webSocket.ts";

/** Ours, the newest first; v5 adds the message that closes a channel. */
export const execProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

export interface ExecOptions {
  command: readonly string[];
  terminal: boolean;
}

const closeChannel = 255;

export function serveExec(clock: Clock, socket: WebSocket, run: ContainerRun, options: ExecOptions): void {
  new Execution(clock, socket, run, options).start();
}

class Execution {
  readonly #clock: Clock;
  readonly #socket: WebSocket;
  readonly #options: ExecOptions;
  readonly #run: ContainerRun;
  readonly #session: Session;
  readonly #input: LineInput;
  readonly #steps: Steps;
  #timer: Disposable | undefined;
  #reading = false;
  #over = false;

  constructor(clock: Clock, socket: WebSocket, run: ContainerRun, options: ExecOptions) {
    this.#clock = clock;
    this.#socket = socket;
    this.#options = options;
    this.#run = run;
    this.#session = newSession(run, options.terminal);
    this.#input = new LineInput(options.terminal, (text) => this.#write(1, text));
    this.#steps = runArguments(this.#session, options.command);
  }

  start(): void {
    const { command } = this.#options;
    if (!canRun(command)) {
      const message = `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "${command[0] ?? ""}": executable file not found in $PATH: unknown`;
      this.#finish({ metadata: {}, status: "Failure", message, reason: "InternalError", code: 500 });
      return;
    }
    this.#socket.onData((bytes) => this.#receive(bytes));
    const over = this.#run.onOver(() => this.#exit(137));
    this.#socket.onClose(() => {
      over.dispose();
      this.#stop();
    });
    this.#step(undefined);
  }

  #receive(bytes: Uint8Array): void {
    const [channel, closed] = bytes;
    if (channel === closeChannel && closed === 0) this.#input.end();
    else if (channel !== 0) return;
    else this.#input.push(bytes.subarray(1));
    if (this.#input.interrupted) this.#interrupt();
    else if (this.#reading) this.#read();
  }

  /** Ctrl-C ends what sleeps; at the prompt it gives a new one. */
  #interrupt(): void {
    this.#input.interrupted = false;
    if (!this.#timer && !this.#reading) return;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#reading = false;
    this.#step(this.#session.terminal ? "" : undefined);
  }

  #read(): void {
    const taken = this.#input.take();
    this.#reading = taken === "wait";
    if (taken !== "wait") this.#step(taken.line);
  }

  /** Runs on until it has to wait. */
  #step(line: string | undefined): void {
    let answer = line;
    while (!this.#over) {
      const next = this.#steps.next(answer);
      answer = undefined;
      if (next.done) {
        this.#exit(next.value);
        return;
      }
      const step = next.value;
      if ("out" in step) this.#write(1, step.out);
      else if ("err" in step) this.#write(this.#options.terminal ? 1 : 2, step.err);
      else if ("sleepMs" in step) {
        this.#timer = this.#clock.after(step.sleepMs, () => {
          this.#timer = undefined;
          this.#step(undefined);
        });
        return;
      } else {
        const taken = this.#input.take();
        this.#reading = taken === "wait";
        if (taken === "wait") return;
        answer = taken.line;
      }
    }
  }

  #write(channel: number, text: string): void {
    if (text === "" || this.#over) return;
    const shown = this.#options.terminal ? text.replaceAll("\n", "\r\n") : text;
    this.#socket.write(Buffer.concat([Buffer.from([channel]), Buffer.from(shown)]));
  }

  #exit(code: number): void {
    this.#finish(
      code === 0
        ? { metadata: {}, status: "Success" }
        : {
            metadata: {},
            status: "Failure",
            message: `command terminated with non-zero exit code: exit status ${code}`,
            reason: "NonZeroExitCode",
            details: { causes: [{ reason: "ExitCode", message: String(code) }] },
          },
    );
  }

  #finish(status: object): void {
    if (this.#over) return;
    this.#socket.write(Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(status))]));
    this.#socket.close();
    this.#stop();
  }

  #stop(): void {
    this.#over = true;
    this.#timer?.dispose();
  }
}
