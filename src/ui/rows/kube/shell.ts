// A shell in a container of a pod: which it has, and a terminal on it.
import type { App } from "../../../app/app.ts";
import type { ClusterConnection, Execution, ExecPlace } from "../../../app/stores/cluster/port.ts";
import { type Clock, sleep } from "../../../base/clock.ts";
import { isAbort, never, type Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import type { Ui } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";

/** Answers with the best one. */
const PROBE = ["sh", "-c", "command -v bash || command -v ash || command -v sh"];
const CTRL_C = "\x03";
const CTRL_D = "\x04";
/**
 * How long a shell has to end, in milliseconds, before it is told once more. The kernel gives an end of input that
 * comes while a command still holds the terminal to nobody: the shell has to be back before it can read one.
 */
const LEAVING_MS = [100, 200, 400, 800, 1_500, 2_000];

/**
 * The best shell that a container has; undefined where the image has none.
 * @throws Trouble when it can't be asked.
 */
export async function shellOf(
  connection: ClusterConnection,
  place: Omit<ExecPlace, "command">,
  signal: Signal,
): Promise<string | undefined> {
  const { end, output } = await run(connection, { ...place, command: PROBE }, signal);
  if (end.kind === "failed") {
    // As runc and crun say it.
    if (/executable file not found|no such file or directory/i.test(end.why)) return undefined;
    throw new Trouble(
      "failed",
      `No shell could be started in ${place.container} of pod ${place.pod}: ${end.why}`,
    );
  }
  // A path, or a bare name where the shell itself has others built in, as BusyBox does.
  const found = output.trim().split("\n").at(-1) ?? "";
  return /^[\w./-]+$/.test(found) ? found : undefined;
}

async function run(connection: ClusterConnection, place: ExecPlace, signal: Signal) {
  const decoder = new TextDecoder();
  let output = "";
  const sink = {
    output: (bytes: Uint8Array) => void (output += decoder.decode(bytes, { stream: true })),
    errors() {},
  };
  const execution = await connection.execute(place, sink, signal);
  const end: ExecEnd = await execution.done;
  return { end, output };
}

/** @param command undefined attaches to what the container runs. */
export async function openTerminal(
  app: App,
  ui: Ui,
  target: ObjectTarget,
  { container, command }: { container: string; command: readonly string[] | undefined },
): Promise<void> {
  const { connection } = await app.clusters.open(target.context);
  const isAttached = command === undefined;
  const screen = await ui.console(`${target.name} · ${container} (${target.context})`);
  const decoder = new TextDecoder();
  const show = (bytes: Uint8Array) => screen.write(decoder.decode(bytes, { stream: true }));
  const place = {
    namespace: target.namespace ?? "default",
    pod: target.name,
    container,
    command,
    terminal: true,
  };
  const closing = new AbortController();
  let execution: Execution | undefined;
  screen.closed.addEventListener("abort", () => {
    const left = execution ? leave(execution, app.clock) : Promise.resolve();
    void left.finally(() => closing.abort());
  });
  try {
    execution = await connection.execute(place, { output: show, errors: show }, closing.signal);
    const run = execution;
    const listeners = [
      screen.typed((text) => run.write(text)),
      screen.resized(({ columns, rows }) => run.resize(columns, rows)),
    ];
    if (screen.size) run.resize(screen.size.columns, screen.size.rows);
    // What it said before we came is not said again: a line end brings the prompt.
    if (isAttached) run.write("\r");
    const end = await run.done;
    for (const listener of listeners) listener.dispose();
    if (screen.closed.aborted) return;
    if (end.kind === "exited") screen.close();
    else screen.end(`The shell in pod ${target.name} has ended: ${end.why}.`);
  } catch (error) {
    if (isAbort(error)) return;
    if (!Trouble.is(error)) throw error;
    screen.end(error.text);
  }
}

/**
 * Ends what runs in a terminal, as by hand: a process does not end with the connection to it. Resolves when it has
 * ended, or when it takes neither Ctrl-C nor Ctrl-D.
 */
async function leave(execution: Execution, clock: Clock): Promise<void> {
  const ended = execution.done.then(
    () => true,
    () => true,
  );
  execution.write(CTRL_C);
  for (const delayMs of LEAVING_MS) {
    if (await Promise.race([ended, sleep(clock, delayMs, never())])) return;
    execution.write(CTRL_D);
  }
  await Promise.race([ended, sleep(clock, 1_000, never())]);
}
