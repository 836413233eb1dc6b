// Ends a local connection so that the program at its other end sees a failure, not an end.
import type { Socket } from "node:net";

/**
 * Resets a connection. Where everything was said and its end is on its way, only closes it: the system refuses to
 * reset then (EINVAL), and Node's socket would stay open for good.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && socket.writableLength === 0) socket.destroy();
  else socket.resetAndDestroy();
}
