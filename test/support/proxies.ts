// Proxies as companies have them, HTTP's CONNECT and SOCKS 5, that know where names lead which nobody else knows.
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export interface TestProxy {
  readonly port: number;
  /** `host:port` of every connection that was asked for. */
  readonly asked: string[];
  stop(): Promise<void>;
}

async function listening(take: (client: Socket) => void): Promise<{ port: number; stop(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    open.add(client);
    client.on("close", () => open.delete(client)).on("error", () => client.destroy());
    take(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function joined(client: Socket, port: number, greeting: string | Buffer): void {
  const upstream = connect(port, "127.0.0.1", () => client.write(greeting));
  client.pipe(upstream).pipe(client);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const)
    one.on("error", () => other.destroy()).on("close", () => other.destroy());
}

/**
 * @param port where every name leads.
 * @param answer what it says instead of letting a connection through; nothing at all where it is empty.
 */
export async function httpProxy(
  port: number,
  answer: (head: string) => string | undefined = () => undefined,
): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await listening((client) => {
    let head = "";
    client.on("data", function read(chunk: Buffer) {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      client.off("data", read);
      asked.push(/^CONNECT (\S+)/.exec(head)?.[1] ?? head);
      const said = answer(head);
      if (said === undefined) joined(client, port, "HTTP/1.1 200 Connection established\r\n\r\n");
      else if (said !== "") client.end(said);
    });
  });
  return { ...server, asked };
}

/** @param isOpen false: it lets nobody through. */
export async function socksProxy(port: number, isOpen = true): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await listening((client) => {
    client.once("data", () => {
      client.write(Buffer.from([5, 0]));
      client.once("data", (request: Buffer) => {
        const length = request[4] ?? 0;
        asked.push(`${request.toString("latin1", 5, 5 + length)}:${request.readUInt16BE(5 + length)}`);
        const reply = Buffer.from([5, isOpen ? 0 : 2, 0, 1, 0, 0, 0, 0, 0, 0]);
        if (isOpen) joined(client, port, reply);
        else client.end(reply);
      });
    });
  });
  return { ...server, asked };
}
