// One life of one container: its program's lines as they fall due, and its end.
import type { Clock } from "../../base/clock.ts";
import { Disposables } from "../../base/disposables.ts";
import type { ContainerSpec, Pod } from "../object.ts";
import type { Device } from "./devices.ts";
import { LogRing } from "./logRing.ts";
import type { Exit, Program, Run } from "./program.ts";

export class ContainerRun implements Run {
  readonly container: ContainerSpec;
  readonly devices: readonly Device[];
  readonly startedAt: number;
  readonly restart: number;
  readonly program: Program;
  readonly log = new LogRing();
  readonly #clock: Clock;
  readonly #pod: () => Pod;
  readonly #life = new Disposables();
  #over = false;

  constructor(
    clock: Clock,
    program: Program,
    given: { pod: () => Pod; container: ContainerSpec; devices: readonly Device[]; restart: number },
    onExit: (exit: Exit) => void,
  ) {
    this.#clock = clock;
    this.#pod = given.pod;
    this.container = given.container;
    this.devices = given.devices;
    this.restart = given.restart;
    this.startedAt = clock.now();
    this.program = program;
    this.#pump(program.lines(this), onExit);
  }

  get pod(): Pod {
    return this.#pod();
  }

  get over(): boolean {
    return this.#over;
  }

  /** Called when this life ends: what is connected to it ends too. */
  onOver(stop: () => void): { dispose(): void } {
    return this.#life.add({ dispose: stop });
  }

  now(): number {
    return this.#clock.now();
  }

  say(text: string): void {
    if (!this.#over) this.log.add({ at: this.#clock.now(), text });
  }

  /** Ends it from outside; its program is not asked. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.log.end();
    this.#life.dispose();
  }

  #pump(
    lines: Generator<{ afterMs: number; text: string }, Exit | undefined>,
    onExit: (exit: Exit) => void,
  ): void {
    const step = () => {
      if (this.#over) return;
      const next = lines.next();
      if (next.done) {
        if (!next.value) return;
        this.stop();
        onExit(next.value);
        return;
      }
      const { afterMs, text } = next.value;
      const timer = this.#clock.after(afterMs, () => {
        if (this.#over) return;
        if (text !== "") this.log.add({ at: this.#clock.now(), text });
        step();
      });
      this.#stopTimer.dispose();
      this.#stopTimer = timer;
    };
    this.#life.add({ dispose: () => this.#stopTimer.dispose() });
    step();
  }

  #stopTimer: { dispose(): void } = { dispose() {} };
}
