// Where a log goes on after its stream ended.
//
// The server takes whole seconds, so it sends the lines of the last second again; each of them is known by its stamp
// and text, and is passed over as often as it was seen. Of a second with very many lines the last ones are enough:
// those before them are known by their stamps.
import { sortableStamp } from "../../core/kube/logRing.ts";

const MOST_LINES = 2_000;
const MOST_CHARACTERS = 1024 * 1024;

export class ResumePoint {
  /** Start of the second of the newest line, as the server takes it; undefined before the first line. */
  #second: string | undefined;
  /** What the stamps of that second begin with. */
  #beginning = "\n";
  /** The last lines of that second, each with its stamp; those before `#first` count no more. */
  #lines: string[] = [];
  #first = 0;
  #characters = 0;
  /** How often lines of the last stream are to be passed over in this one. */
  #skip = new Map<string, number>();
  /** The stamp of the first of those: what is older has been read, or is before where the log was begun. */
  #skipFrom = "";
  /** This stream goes on where the last one was; not yet known while nothing of it has been seen again. */
  #isJoined = true;

  /** Begins a new stream; gives its `sinceTime`, or undefined when nothing has been read. */
  begin(): string | undefined {
    const kept = this.#lines.slice(this.#first);
    this.#skip = new Map();
    for (const line of kept) this.#skip.set(line, (this.#skip.get(line) ?? 0) + 1);
    this.#skipFrom = sortableStamp(stampOf(kept[0] ?? ""));
    this.#isJoined = kept.length === 0;
    return this.#second;
  }

  /**
   * known: has been handed on · apart: is new, and what was read last does not stand before it any more.
   * @param line begins with the stamp.
   */
  look(stamp: string, line: string): "known" | "new" | "apart" {
    if (this.#skip.size > 0) {
      const left = this.#skip.get(line);
      if (left !== undefined) {
        if (left > 1) this.#skip.set(line, left - 1);
        else this.#skip.delete(line);
        this.#isJoined = true;
        return "known";
      }
      if (!this.#isJoined && sortableStamp(stamp) < this.#skipFrom) return "known";
    }
    this.#note(stamp, line);
    if (this.#isJoined) return "new";
    this.#isJoined = true;
    return "apart";
  }

  #note(stamp: string, line: string): void {
    // Only the first of a second is worth to be read as a time.
    if (!stamp.startsWith(this.#beginning)) {
      const second = new Date(Math.floor(Date.parse(stamp) / 1000) * 1000)
        .toISOString()
        .replace(".000Z", "Z");
      // Lines older than the newest second will not be sent again.
      if (this.#second !== undefined && second < this.#second) return;
      if (second !== this.#second) {
        this.#lines = [];
        this.#first = 0;
        this.#characters = 0;
      }
      this.#second = second;
      this.#beginning = stamp.slice(0, "2026-11-24T00:00:00".length);
    }
    this.#lines.push(line);
    this.#characters += line.length;
    while (
      this.#lines.length - this.#first > MOST_LINES ||
      (this.#characters > MOST_CHARACTERS && this.#first < this.#lines.length - 1)
    ) {
      this.#characters -= this.#lines[this.#first]?.length ?? 0;
      // A long text is not to wait for the next turn.
      this.#lines[this.#first++] = "";
    }
    if (this.#first < MOST_LINES) return;
    this.#lines.splice(0, this.#first);
    this.#first = 0;
  }
}

function stampOf(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(" ")));
}
