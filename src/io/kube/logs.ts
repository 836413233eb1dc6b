// Follows a container's log: after a cut it goes on where it was, without losing or doubling a line.
import type { Clock } from "../../base/clock.ts";
import { sleep } from "../../base/clock.ts";
import type { Signal } from "../../base/signal.ts";
import { field, type KubeObject, list, text } from "../../core/kube/object.ts";
import { ApiFailure } from "./apiFailure.ts";
import { backoffMs } from "./backoff.ts";
import { ByteLines } from "./jsonBytes.ts";
import { Pace } from "./pace.ts";
import { ResumePoint } from "./resumePoint.ts";
import type { Transport } from "./transport.ts";

export interface LogPlace {
  namespace: string;
  pod: string;
  container: string;
  /** The run before the current one, as after a crash. */
  previous?: boolean;
}

/** Where a log begins; without either it is all that the node has kept. */
export interface LogStart {
  tailLines?: number;
  sinceSeconds?: number;
}

export interface LogSink {
  /** @param stamp when it was written, as the node says it; the node's own remarks have none. */
  line(text: string, stamp?: string): void;
  /** Something about the stream itself, such as that it was cut. */
  note(text: string): void;
}

/** A container that waits to be started again is looked at this often. */
const RESTART_LOOK_MS = 2_000;

/** Where what was read last is not there any more when it goes on. */
const GAP =
  "Lines may be missing here: while the connection was cut, the node began a new file of this log or started the container again.";

/** A program that never ends its line, as a progress bar, is shown in pieces of this size. */
const LONGEST_LINE_BYTES = 1024 * 1024;

export class LogFollower {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #place: LogPlace;
  readonly #sink: LogSink;
  readonly #resume = new ResumePoint();
  /** The stream before this one came to its end, instead of being cut. */
  #wasWhole = false;
  /**
   * At least one new line of the container came in this stream. What the kubelet itself says there has no stamp, as
   * that the file is not there yet: it is shown, and no reason to ask again at once.
   */
  #heard = false;

  constructor(transport: Transport, clock: Clock, random: () => number, place: LogPlace, sink: LogSink) {
    this.#transport = transport;
    this.#clock = clock;
    this.#random = random;
    this.#place = place;
    this.#sink = sink;
  }

  /**
   * Runs until the container has ended for good, the pod is gone, or `signal` fires (then it ends quietly).
   * @throws ApiFailure or a connection error when not even the first request succeeds.
   */
  async follow(start: LogStart, signal: Signal): Promise<void> {
    let attempt = 0;
    let opened = false;
    while (!signal.aborted) {
      try {
        await this.#stream(opened ? {} : start, signal, () => {
          opened = true;
        });
        if (this.#heard) attempt = 0;
        if (await this.#hasEnded(signal)) return;
        // It goes on: the server or something between closed the stream, or the container starts again.
        await sleep(this.#clock, this.#heard ? 0 : RESTART_LOOK_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        // It was alive in between: the next cut is no sign that it stays away.
        if (this.#heard) attempt = 0;
        const refusal = await this.#judge(error, signal);
        if (signal.aborted) return;
        if (refusal === "final" || (refusal === "cut" && !opened)) {
          if (!opened) throw error;
          const isGone = error instanceof ApiFailure && error.status === 404;
          this.#sink.note(
            isGone ? "The pod is gone." : error instanceof Error ? error.message : String(error),
          );
          return;
        }
        if (refusal === "starting" && attempt === 0) {
          const { container } = this.#place;
          this.#sink.note(`Container ${container} has not started yet; waiting for it…`);
        } else if (refusal === "cut" && attempt === 1) this.#sink.note("The log was cut; trying again…");
        await sleep(this.#clock, backoffMs(attempt++, this.#random), signal).catch(() => {});
      }
    }
  }

  /**
   * What a failure means. While a container starts, also again, the kubelet refuses its log in several words and with
   * 400 or 404, so it is the pod that tells whether there is something to wait for.
   */
  async #judge(error: unknown, signal: Signal): Promise<"starting" | "cut" | "final"> {
    if (!(error instanceof ApiFailure) || error.status >= 500 || error.status === 429) return "cut";
    if (this.#place.previous || (error.status !== 400 && error.status !== 404)) return "final";
    try {
      const pod = await this.#pod(signal);
      const isKnown = ["containers", "initContainers", "ephemeralContainers"].some((key) =>
        list(pod, "spec", key).some((container) => text(container, "name") === this.#place.container),
      );
      return isKnown && !hasRunToItsEnd(pod) ? "starting" : "final";
    } catch (failure) {
      return failure instanceof ApiFailure && failure.status === 404 ? "final" : "cut";
    }
  }

  async #stream(start: LogStart, signal: Signal, onOpen: () => void): Promise<void> {
    this.#heard = false;
    const { namespace, pod, container, previous } = this.#place;
    const query = new URLSearchParams({ container, follow: previous ? "false" : "true", timestamps: "true" });
    if (previous) query.set("previous", "true");
    const since = this.#resume.begin();
    if (since !== undefined) query.set("sinceTime", since);
    else if (start.sinceSeconds !== undefined) query.set("sinceSeconds", String(start.sinceSeconds));
    else if (start.tailLines !== undefined) query.set("tailLines", String(start.tailLines));
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
    const answer = await this.#transport.open({ path, accept: "*/*" }, signal);
    onOpen();
    const wasWhole = this.#wasWhole;
    this.#wasWhole = false;
    const lines = new ByteLines(LONGEST_LINE_BYTES);
    const pace = new Pace();
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      for (const line of lines.push(chunk)) {
        this.#take(line, wasWhole);
        if (pace.isDue) await pace.rest();
      }
    }
    // Only a stream that ended well ends with a line without its line feed; a cut one sends it again.
    const rest = lines.end();
    if (rest.length > 0) this.#take(rest, wasWhole);
    this.#wasWhole = true;
  }

  /** @param wasWhole the stream before this one gave all that there was. */
  #take(line: Buffer, wasWhole: boolean): void {
    const stamped = line.toString("utf8");
    const space = stamped.indexOf(" ");
    const stamp = space > 0 ? stamped.slice(0, space) : "";
    if (!STAMP.test(stamp)) {
      this.#sink.line(stamped);
      return;
    }
    const what = this.#resume.look(stamp, stamped);
    if (what === "known") return;
    this.#heard = true;
    if (what === "apart")
      this.#sink.note(wasWhole ? `Container ${this.#place.container} has started again.` : GAP);
    this.#sink.line(stamped.slice(space + 1), stamp);
  }

  /** True when nothing more will come from this container. */
  async #hasEnded(signal: Signal): Promise<boolean> {
    const { container, previous } = this.#place;
    if (previous) return true;
    const object = await this.#pod(signal);
    const status = containerStatus(object, container);
    const terminated = field(status, "state", "terminated");
    const isOver = hasRunToItsEnd(object);
    if (terminated === undefined && !isOver) return false;
    const policy = text(object, "spec", "restartPolicy") ?? "Always";
    const code = field(terminated, "exitCode");
    const isLast = isOver || policy === "Never" || (policy === "OnFailure" && code === 0);
    const why = [text(terminated, "reason"), typeof code === "number" ? `exit code ${code}` : undefined]
      .filter((part) => part !== undefined)
      .join(", ");
    if (isLast) this.#sink.note(`Container ${container} has ended${why ? ` (${why})` : ""}.`);
    return isLast;
  }

  #pod(signal: Signal): Promise<KubeObject> {
    const { namespace, pod } = this.#place;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
    return this.#transport.json({ path }, signal);
  }
}

function hasRunToItsEnd(pod: KubeObject): boolean {
  const phase = text(pod, "status", "phase");
  return phase === "Succeeded" || phase === "Failed";
}

function containerStatus(pod: KubeObject, name: string): unknown {
  return ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]
    .flatMap((key) => list(pod, "status", key))
    .find((status) => text(status, "name") === name);
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
