// A port of this machine, on loopback only.
import { createServer, type Server, type Socket } from "node:net";
import { Trouble } from "../../../base/trouble.ts";

export interface LocalPort {
  port: number;
  server: Server;
}

/** How many ports after the wanted one are tried. */
const NEIGHBOURS = 20;

/**
 * Listens on 127.0.0.1 at the wanted port, or the next free one after it, or any. Connections come paused
 * and keep their other half when one side is done.
 * @throws Trouble when there is no free port
 */
export async function listenLocally(
  wanted: number,
  onConnection: (socket: Socket) => void,
): Promise<LocalPort> {
  const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
  const tries = [...Array.from({ length: NEIGHBOURS }, (_, index) => wanted + index), 0];
  let last: unknown;
  for (const port of tries) {
    if (port > 65_535) continue;
    const server = createServer(options, onConnection);
    try {
      await listening(server, port);
      const address = server.address();
      if (address && typeof address === "object") return { port: address.port, server };
    } catch (error) {
      last = error;
      const { code } = error as NodeJS.ErrnoException;
      // Taken, or not for everybody (below 1024, or kept back by the system).
      if (code !== "EADDRINUSE" && code !== "EACCES") break;
    }
  }
  throw new Trouble("failed", "No local port could be opened on 127.0.0.1: see the log.", { cause: last });
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
