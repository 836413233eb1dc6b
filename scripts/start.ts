// `npm start`: builds Slipway and opens a real VS Code with it and a copy of the demo workspace.
//
// The `code` of this machine when there is one, else code-server from npm in a browser.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { findVscode } from "../test/support/vscode/binaries.ts";
import { startCodeServer, windowUrl } from "../test/support/vscode/window.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function main(): Promise<void> {
  console.log("Building Slipway ...");
  const built = spawnSync(process.execPath, [join(root, "esbuild.js")], { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);

  const cluster = await clusterLine();
  console.log(cluster.line);
  console.log(await dockerLine());

  // A copy: what a person tries out must not change the clone.
  const workspace = join(mkdtempSync(join(tmpdir(), "slipway-demo-")), "demo");
  cpSync(join(root, "media", "demo"), workspace, { recursive: true });
  console.log(`Workspace:  ${workspace}`);

  const code = process.argv.includes("--browser") ? undefined : findOnPath("code");
  if (code) {
    console.log(`Opening ${code}`);
    const opened = spawn(code, ["--new-window", `--extensionDevelopmentPath=${root}`, workspace], {
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    opened.on("exit", (status) => process.exit(status ?? 0));
    return;
  }
  const found = await findVscode();
  if (!found.available) {
    console.error(`No VS Code: "code" is not in PATH, and ${found.reason}`);
    process.exit(1);
  }
  const env = cluster.answers ? {} : await sandboxEnvironment();
  const server = await startCodeServer({ env });
  const stop = () => void server.stop().finally(() => process.exit(0));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  console.log(
    `\nOpen in a browser:\n\n  ${windowUrl(server, { folder: workspace, extensionDevelopmentPath: root })}\n`,
  );
  console.log("Ctrl-C ends it.");
}

function findOnPath(name: string): string | undefined {
  const names = process.platform === "win32" ? [`${name}.cmd`] : [name];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((one) => join(folder, one))).find((path) => existsSync(path));
}

/** A cluster in this process for a window that would have none. */
async function sandboxEnvironment(): Promise<Record<string, string>> {
  const sandbox = await startSandbox();
  const path = join(mkdtempSync(join(tmpdir(), "slipway-sandbox-")), "kubeconfig");
  writeFileSync(path, sandbox.kubeconfig, { mode: 0o600 });
  console.log(`            so the window gets a sandbox cluster (KUBECONFIG=${path})`);
  return { KUBECONFIG: path };
}

async function clusterLine(): Promise<{ line: string; answers: boolean }> {
  const paths = (process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config"))
    .split(delimiter)
    .filter(Boolean);
  const there = paths.filter((path) => existsSync(path));
  const none = (line: string) => ({ line: `Kubernetes: ${line}`, answers: false });
  if (there.length === 0) return none(`no kubeconfig (looked at ${paths.join(", ")})`);
  // Only the address of the current context's server is looked for; the extension reads the file properly.
  const text = there.map((path) => readFileSync(path, "utf8")).join("\n");
  const server = /^\s*server:\s*["']?(\S+?)["']?\s*$/m.exec(text)?.[1];
  if (!server || !URL.canParse(server)) return none(`${there.join(", ")} names no server`);
  const { hostname, port, protocol } = new URL(server);
  const answers = await reachable({
    host: hostname,
    port: Number(port || (protocol === "http:" ? 80 : 443)),
  });
  const found = `${there.join(", ")} (${server} ${answers ? "answers" : "does not answer"})`;
  return { line: `Kubernetes: ${found}`, answers };
}

async function dockerLine(): Promise<string> {
  const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  const path = host.startsWith("unix://") ? host.slice("unix://".length) : undefined;
  const url = !path && URL.canParse(host) ? new URL(host) : undefined;
  const answers = path
    ? existsSync(path) && (await reachable({ path }))
    : url !== undefined && (await reachable({ host: url.hostname, port: Number(url.port || 2375) }));
  return `Docker:     ${host} ${answers ? "answers" : "does not answer"}`;
}

function reachable(address: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
    socket.on("timeout", () => end(false));
  });
}

await main();
