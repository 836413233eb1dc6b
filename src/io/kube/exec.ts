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
  command: readonly string[];
}

export interface ExecSink {
  output(bytes: Uint8Array): void;
  errors(bytes: Uint8Array): void;
}

export interface Execution {
  /** Sends to the command's standard input. */
  write(text: string): void;
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
  const { namespace, pod, container, command } = place;
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true", stderr: "true" });
  for (const word of command) query.append("command", word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`;
  const socket = await WebSocketClient.open(transport, clock, path, execProtocols, signal);
  let end: ExecEnd | undefined;
  const done = new Promise<ExecEnd>((resolve, reject) => {
    const listener = onAbort(signal, () => {
      // The command reads the end of its input first, so that it can end by itself.
      if (socket.protocol === execProtocols[0])
        socket.send(Uint8Array.of(execChannels.close, execChannels.input));
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
      drained() {},
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
    get waiting() {
      return socket.waiting;
    },
    write(text) {
      const bytes = new TextEncoder().encode(text);
      const message = new Uint8Array(1 + bytes.length);
      message[0] = execChannels.input;
      message.set(bytes, 1);
      socket.send(message);
    },
  };
}
