// Requests that become a stream: exec and port-forward, over WebSocket or SPDY.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FaultScript } from "../faults.ts";
import type { World } from "../world.ts";

export function acceptUpgrade(
  _world: World,
  _faults: FaultScript,
  _request: IncomingMessage,
  socket: Duplex,
  _head: Buffer,
): void {
  socket.end("HTTP/1.1 501 Not Implemented\r\nconnection: close\r\n\r\n");
}
