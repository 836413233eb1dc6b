// A command in a container, over one WebSocket: what it is sent, what it says, and how it ended.
import type { Clock } from "../../base/clock.ts";
import { abortError, onAbort, type Signal } from "../../base/signal.ts";
import { type ExecEnd, execChannels, execEnd, execProtocols } from "../../core/kube/execChannels.ts";
import { WebSocketClient } from "./forward/webSocket.ts";
import type { Transport } from "./transport.ts";

export interface ExecPlace {
  namespace: string;
  pod: string;
  container: string;
  /** Undefined attaches to what the container itself runs. */
  command: readonly string[] | undefined;
  /** The command gets a terminal; what it says of errors comes with the rest. */
  terminal?: boolean;
}

export interface ExecSink {
  output(bytes: Uint8Array): void;
  errors(bytes: Uint8Array): void;
  /** All that was written has been taken. */
  drained?(): void;
}

export interface Execution {
  /** Sends to the command's standard input. */
  write(data: string | Uint8Array): void;
  /** Says that nothing more is written, where the server can be told. */
  endInput(): void;
  /** The terminal has another size. */
  resize(columns: number, rows: number): void;
  /** Holds the command back: nothing of what it says comes until `resume`. */
  pause(): void;
  resume(): void;
  /** True when the server can be told that nothing more is written (since Kubernetes 1.30). */
  readonly tellsEnd: boolean;
  /** Bytes that were written and not yet taken. */
  readonly waiting: number;
  /** Never rejects; rejects only with the cancellation. */
  readonly done: Promise<ExecEnd>;
}

/** @throws ApiFailure when the server refuses. */
export async function execute(
  transport: Transport,
  clock: Clock,
  place: ExecPlace,
  sink: ExecSink,
  signal: Signal,
): Promise<Execution> {
  const { namespace, pod, container, command, terminal = false } = place;
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true" });
  query.set(terminal ? "tty" : "stderr", "true");
  for (const word of command ?? []) query.append("command", word);
  const how = command === undefined ? "attach" : "exec";
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${how}?${query.toString()}`;
  const socket = await WebSocketClient.open(transport, clock, path, execProtocols, signal);
  let end: ExecEnd | undefined;
  const send = (channel: number, bytes: Uint8Array) => {
    const message = new Uint8Array(1 + bytes.length);
    message[0] = channel;
    message.set(bytes, 1);
    socket.send(message);
  };
  // Only v5 has a word for it.
  const tellsEnd = socket.protocol === execProtocols[0];
  const endInput = () => {
    if (tellsEnd) send(execChannels.close, Uint8Array.of(execChannels.input));
  };
  const done = new Promise<ExecEnd>((resolve, reject) => {
    const listener = onAbort(signal, () => {
      // The command reads the end of its input first, so that it can end by itself.
      endInput();
      socket.close();
    });
    socket.listen({
      message(bytes) {
        const [channel] = bytes;
        const payload = bytes.subarray(1);
        if (channel === execChannels.output) sink.output(payload);
        else if (channel === execChannels.errors) sink.errors(payload);
        else if (channel === execChannels.end) end = execEnd(new TextDecoder().decode(payload));
      },
      drained() {
        sink.drained?.();
      },
      closed(why) {
        listener.dispose();
        if (signal.aborted) reject(abortError());
        else resolve(end ?? { kind: "failed", why: why ?? "the connection was cut" });
      },
    });
  });
  // Whoever does not wait for the end must not fail by it.
  done.catch(() => {});
  return {
    done,
    tellsEnd,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get waiting() {
      return socket.waiting;
    },
    endInput,
    write(data) {
      send(execChannels.input, typeof data === "string" ? new TextEncoder().encode(data) : data);
    },
    resize(columns, rows) {
      const size = JSON.stringify({ Width: columns, Height: rows });
      send(execChannels.size, new TextEncoder().encode(size));
    },
  };
}
