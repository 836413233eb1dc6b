// A browser in a network of its own, where only the loopback of this machine is reached, through a proxy on a socket
// file.
//
// A browser gives up all requests in flight (ERR_NETWORK_CHANGED) when the machine gets or loses a network address,
// as it does with every container that another suite starts: a window would lose extension files that it was reading.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../command.ts";
import { serveSocks } from "./socks.ts";

export interface OwnNetwork {
  /** What to start instead of the browser. */
  executablePath: string;
  env: Record<string, string>;
  proxy: { server: string; bypass: string };
  /** How the browser ended, and what it wrote last; empty while it runs. */
  ended(): string;
  close(): void;
}

const PROXY_PORT = 1080;

/** Undefined where this user may not make a network. */
export async function ownNetwork(browserPath: string): Promise<OwnNetwork | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  if (!findProgram("unshare") || !findProgram("ip")) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "slipway-browser-"));
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    serveSocks(socket);
  });
  const socketPath = join(folder, "socks");
  server.listen(socketPath);
  await once(server, "listening");
  const endedPath = join(folder, "ended");
  return {
    executablePath: join(import.meta.dirname, "ownNetwork.sh"),
    env: {
      SLIPWAY_NODE: process.execPath,
      SLIPWAY_BROWSER: browserPath,
      SLIPWAY_SOCKS: socketPath,
      SLIPWAY_SOCKS_PORT: String(PROXY_PORT),
      SLIPWAY_BROWSER_ENDED: endedPath,
    },
    // Without this a browser reaches loopback addresses past any proxy.
    proxy: { server: `socks5://127.0.0.1:${PROXY_PORT}`, bypass: "<-loopback>" },
    ended() {
      try {
        return readFileSync(endedPath, "utf8");
      } catch {
        return "";
      }
    },
    close() {
      server.close();
      for (const socket of open) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
