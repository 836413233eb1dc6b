// Runs in the browser's own network (ownNetwork.ts): hands what comes to the proxy's port on to the socket file
// outside, runs the browser, and notes how it ended.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const { SLIPWAY_BROWSER, SLIPWAY_SOCKS, SLIPWAY_SOCKS_PORT, SLIPWAY_BROWSER_ENDED } = process.env;
if (!SLIPWAY_BROWSER || !SLIPWAY_SOCKS || !SLIPWAY_BROWSER_ENDED)
  throw new Error("started without its settings");

spawnSync("ip", ["link", "set", "lo", "up"]);
const server = createServer((inside) => {
  const outside = connect(SLIPWAY_SOCKS);
  inside.on("error", () => outside.destroy());
  outside.on("error", () => inside.destroy());
  inside.pipe(outside);
  outside.pipe(inside);
});
server.listen(Number(SLIPWAY_SOCKS_PORT), "127.0.0.1");
await once(server, "listening");

// The driver speaks to the browser over the descriptors 3 and 4.
const browser = spawn(SLIPWAY_BROWSER, process.argv.slice(2), {
  stdio: ["inherit", "inherit", "pipe", "inherit", "inherit"],
});
let said = "";
browser.stderr?.on("data", (chunk: Buffer) => {
  process.stderr.write(chunk);
  said = (said + chunk.toString()).slice(-4_000);
});
browser.on("exit", (code, signal) => {
  writeFileSync(SLIPWAY_BROWSER_ENDED, `${signal ?? `exit code ${code}`}\n${said}`);
  process.exit(code ?? 1);
});
