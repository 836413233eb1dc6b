// A server of logs, a process of its own, so that its work is not the reader's: those of pods that are called quiet get
// a line now and then, the others all at once, as fast as it is taken.
import { createServer } from "node:http";

const MEBIBYTE = 1024 * 1024;
const [, , bytesWanted = "", longEach = "0"] = process.argv;
const limit = Number(bytesWanted);
/** One line in so many is a mebibyte long; 0 for none. */
const each = Number(longEach);

const long = `LONG ${"x".repeat(MEBIBYTE - 60)}`;
const ugly =
  "epoch \x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07\x1b]8;;http://x\x07link\x1b]8;;\x07\x1b]0;title\x07 \0\r progress \xff";

const QUIET_MS = 100;

const server = createServer((request, response) => {
  if (request.url?.includes("/quiet-")) {
    let line = 0;
    const writing = setInterval(() => {
      response.write(`${new Date().toISOString()} quiet line ${++line}\n`);
    }, QUIET_MS);
    response.once("close", () => clearInterval(writing));
    return;
  }
  let sent = 0;
  let number = 0;
  const block = () => {
    const lines: string[] = [];
    let size = 0;
    while (size < 256 * 1024) {
      number++;
      const stamp = `2026-11-27T01:${pad(Math.floor(number / 6e6))}:${pad(Math.floor(number / 1e5) % 60)}.${String(number % 1e5).padStart(5, "0")}Z`;
      const line = `${stamp} ${number} ${each > 0 && number % each === 0 ? long : ugly}\n`;
      lines.push(line);
      size += line.length;
    }
    return Buffer.from(lines.join(""), "latin1");
  };
  const more = () => {
    while (sent < limit) {
      const bytes = block();
      sent += bytes.length;
      if (!response.write(bytes)) {
        response.once("drain", more);
        return;
      }
    }
    response.end(`2026-11-27T02:00:00Z ${number} the last\n`);
  };
  more();
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
});

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
