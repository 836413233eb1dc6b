// A shell in a container of a pod: which it has, and a terminal on it.
import type { App } from "../../../app/app.ts";
import type { ClusterConnection, Execution, ExecPlace } from "../../../app/stores/cluster/port.ts";
import type { Signal } from "../../../base/signal.ts";
import { isAbort } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { ExecEnd } from "../../../core/kube/execChannels.ts";
import type { Ui } from "../../ui.ts";
import type { ObjectTarget } from "./choose.ts";

/** Answers with the best one. */
const PROBE = ["sh", "-c", "command -v bash || command -v ash || command -v sh"];
/** Ctrl-C and Ctrl-D. */
const INTERRUPT_AND_END = "\x03\x04";

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
    // A process does not end with the connection to its terminal: it is told, as by hand.
    execution?.write(INTERRUPT_AND_END);
    closing.abort();
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
    if (end.kind === "exited") screen.close();
    else screen.end(`The shell in pod ${target.name} has ended: ${end.why}.`);
  } catch (error) {
    if (isAbort(error)) return;
    if (!Trouble.is(error)) throw error;
    screen.end(error.text);
  }
}
