// Progress as text: BuildKit's --progress=plain (`#5 [2/3] RUN …`), and the classic builder (`Step 2/3 : RUN …`).
import {
  addToTail,
  type BuildWarning,
  maximumSteps,
  positionOf,
  type ProgressReader,
  type Step,
} from "./steps.ts";
import { plainLine } from "./text.ts";

export class PlainProgress implements ProgressReader {
  readonly #byNumber = new Map<number, Step>();
  readonly #steps: Step[] = [];
  readonly #errorLines: string[] = [];
  /** The classic builder's current step; BuildKit's lines carry their number themselves. */
  #current: Step | undefined;

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get warnings(): readonly BuildWarning[] {
    return [];
  }

  get errorLines(): readonly string[] {
    return this.#errorLines;
  }

  line(raw: string): string[] {
    const line = plainLine(raw);
    const numbered = /^#(\d+) (.*)$/.exec(line);
    if (numbered) this.#numbered(Number(numbered[1]), numbered[2] ?? "");
    else this.#classic(line);
    return [line];
  }

  end(): string[] {
    return [];
  }

  #numbered(number: number, text: string): void {
    const known = this.#byNumber.get(number);
    if (!known) {
      if (!text.startsWith("...")) this.#add(number, text);
      return;
    }
    const done = /^DONE ([\d.]+)s$/.exec(text);
    const error = /^ERROR: (.*)$/.exec(text);
    if (done) {
      known.state = "done";
      known.ms = Math.round(Number(done[1]) * 1000);
    } else if (text === "CACHED") {
      known.state = "done";
      known.cached = true;
      known.ms = 0;
    } else if (text === "CANCELED") {
      known.state = "cancelled";
    } else if (error) {
      known.state = "failed";
      known.error = error[1];
    } else if (text !== known.name && text !== "..." && !/^sha256:[0-9a-f]{64}$/.test(text)) {
      // Lines of the step itself begin with the seconds since its start.
      addToTail(known.tail, text.replace(/^\d+\.\d+ /, ""));
    }
  }

  #classic(line: string): void {
    const step = /^Step (\d+)\/(\d+) : (.*)$/.exec(line);
    if (step) {
      this.#endCurrent();
      const [, index, count, instruction] = step;
      const added = this.#add(Number(index), `[${index}/${count}] ${instruction}`);
      this.#current = added;
      return;
    }
    if (!this.#current) {
      if (line.trim() !== "") addToTail(this.#errorLines, line);
      return;
    }
    if (/^ ---> Using cache$/.test(line)) this.#current.cached = true;
    else if (/^Successfully (?:built|tagged) /.test(line)) this.#endCurrent();
    else if (!/^ ---> |^(?:Removing|Removed) intermediate container /.test(line)) {
      addToTail(this.#current.tail, line);
      addToTail(this.#errorLines, line);
    }
  }

  #endCurrent(): void {
    if (this.#current?.state === "running") this.#current.state = "done";
  }

  #add(number: number, name: string): Step | undefined {
    if (this.#steps.length >= maximumSteps) return undefined;
    const step: Step = {
      number,
      name,
      position: positionOf(name),
      state: "running",
      cached: false,
      ms: undefined,
      error: undefined,
      tail: [],
    };
    this.#byNumber.set(number, step);
    this.#steps.push(step);
    return step;
  }
}
