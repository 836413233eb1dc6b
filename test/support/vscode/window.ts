// A real VS Code window in a browser: code-server's workbench with the extension in development mode.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { waitUntil } from "../command.ts";
import { freePort, isListening } from "../ports.ts";
import { beginRun } from "../run.ts";
import { findVscode } from "./binaries.ts";

export interface CodeServerOptions {
  /** User settings beside those that quiet the window. */
  settings?: Record<string, unknown>;
  /** Ask for trust as a person's VS Code does; by default every folder is trusted. */
  workspaceTrust?: boolean;
  /** Environment of the extension host. */
  env?: NodeJS.ProcessEnv;
  /** Folders of extensions that are installed too. */
  extensions?: string[];
}

export interface CodeServer {
  readonly port: number;
  /** A folder that goes with the server, for workspaces and results. */
  readonly folder: string;
  /** The end of the server's own log, for messages. */
  log(): string;
  stop(): Promise<void>;
}

/** Settings without which the window shows welcome pages, chat and prompts instead of the work. */
const quiet = {
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const found = await findVscode();
  if (!found.available) throw new Error(found.reason);
  if (found.kind !== "code-server") throw new Error("a window in a browser needs code-server");
  const run = beginRun();
  try {
    const port = await freePort();
    const data = join(run.folder, "data");
    const userFolder = join(data, "data", "User");
    mkdirSync(userFolder, { recursive: true });
    writeFileSync(join(userFolder, "settings.json"), JSON.stringify({ ...quiet, ...options.settings }));
    const extensions = join(run.folder, "extensions");
    mkdirSync(extensions);
    for (const folder of options.extensions ?? []) {
      cpSync(folder, join(extensions, basename(folder)), { recursive: true });
    }
    const server = run.start(
      "code-server",
      found.node,
      [
        found.serverMain,
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
        "--without-connection-token",
        "--accept-server-license-terms",
        // Without it the window ignores the extension that its address names.
        "--enable-smoke-test-driver",
        "--server-data-dir",
        data,
        "--extensions-dir",
        extensions,
        "--telemetry-level",
        "off",
        ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
      ],
      // A closed window leaves its extension host alive for minutes; nothing in it is worth a good end.
      { env: { ...process.env, ...options.env }, endSignal: "SIGKILL" },
    );
    await waitUntil("code-server to listen", 60_000, () => {
      if (!server.isAlive()) throw new Error(`code-server ended:\n${server.log()}`);
      return isListening(port);
    });
    return { port, folder: run.folder, log: () => server.log(), stop: () => run.end() };
  } catch (error) {
    await run.end();
    throw error;
  }
}

/** The address of a window with a folder, the extension under development and, if wanted, its tests. */
export function windowUrl(
  server: { port: number },
  open: { folder: string; extensionDevelopmentPath: string; extensionTestsPath?: string },
): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
  const payload = [
    ["extensionDevelopmentPath", remote(open.extensionDevelopmentPath)],
    ...(open.extensionTestsPath ? [["extensionTestsPath", remote(open.extensionTestsPath)]] : []),
  ];
  const query = new URLSearchParams({ folder: open.folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${server.port}/?${query.toString()}`;
}

/** A copy of a workspace that goes with the server. */
export function copyWorkspace(server: { folder: string }, from: string, name = "demo"): string {
  const to = join(server.folder, "workspace", name);
  cpSync(from, to, { recursive: true });
  return to;
}
