// The smallest SOCKS 5 proxy (RFC 1928): no authentication, CONNECT only, and only to this machine's loopback.
import { connect, type Socket } from "node:net";

const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const SUCCEEDED = 0;
const NOT_ALLOWED = 2;
const REFUSED = 5;

interface Target {
  host: string;
  port: number;
  /** Bytes of the request. */
  length: number;
}

/** Answers one connection of a client. */
export function serveSocks(client: Socket): void {
  let read = Buffer.alloc(0);
  let isGreeted = false;
  client.on("error", () => client.destroy());
  const take = (chunk: Buffer): void => {
    read = Buffer.concat([read, chunk]);
    if (!isGreeted) {
      if (read.length < 2 || read.length < 2 + (read[1] ?? 0)) return;
      read = read.subarray(2 + (read[1] ?? 0));
      isGreeted = true;
      client.write(Buffer.from([5, 0]));
    }
    const target = readTarget(read);
    if (!target) return;
    client.off("data", take);
    client.pause();
    const rest = read.subarray(target.length);
    if (read[1] !== CONNECT || !isLoopback(target.host)) return void client.end(reply(NOT_ALLOWED));
    const server = connect(target.port, target.host);
    const refuse = () => void client.end(reply(REFUSED));
    server.once("error", refuse);
    server.once("connect", () => {
      server.off("error", refuse);
      server.on("error", () => client.destroy());
      client.on("close", () => server.destroy());
      client.write(reply(SUCCEEDED));
      if (rest.length > 0) server.write(rest);
      client.pipe(server);
      server.pipe(client);
    });
  };
  client.on("data", take);
}

function readTarget(bytes: Buffer): Target | undefined {
  if (bytes.length < 5) return undefined;
  const kind = bytes[3];
  const nameLength = bytes[4] ?? 0;
  const [start, end] = kind === IPV4 ? [4, 8] : kind === IPV6 ? [4, 20] : [5, 5 + nameLength];
  if (bytes.length < end + 2) return undefined;
  const raw = bytes.subarray(start, end);
  const host =
    kind === NAME
      ? raw.toString("latin1")
      : kind === IPV4
        ? raw.join(".")
        : (raw.toString("hex").match(/.{4}/g) ?? []).join(":");
  return { host, port: bytes.readUInt16BE(end), length: end + 2 };
}

/** A name below localhost is loopback by RFC 6761; VS Code's webviews have one each. */
function isLoopback(host: string): boolean {
  return (
    host.startsWith("127.") ||
    host === "localhost" ||
    host.endsWith(".localhost") ||
    /^(0000:){7}0001$/.test(host)
  );
}

const reply = (code: number) => Buffer.from([5, code, 0, IPV4, 0, 0, 0, 0, 0, 0]);
