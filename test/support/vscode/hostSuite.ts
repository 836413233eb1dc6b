// Runs a suite inside a real extension host, through the contract of @vscode/test-electron: in a downloaded
// VS Code where that is asked for, else in code-server, whose window a headless browser opens.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { waitUntil } from "../command.ts";
import { findVscode } from "./binaries.ts";
import { openWindow } from "./browser.ts";
import { copyWorkspace, startCodeServer, windowUrl } from "./window.ts";

export interface HostSuiteOptions {
  extensionPath: string;
  /** A CommonJS bundle with `run()`. */
  suitePath: string;
  /** Folder whose copy is opened. */
  workspace: string;
  /** Files written into the copy, by path. */
  files?: Record<string, string>;
  env?: Record<string, string>;
  settings?: Record<string, unknown>;
  workspaceTrust?: boolean;
  /** Folders of extensions that are installed too. */
  extensions?: string[];
  timeoutMs?: number;
}

/** What the suite wrote into the file that SLIPWAY_HOST_RESULT names, as text. */
export async function runHostSuite(options: HostSuiteOptions): Promise<string> {
  const found = await findVscode();
  if (!found.available) throw new Error(found.reason);
  const resultPath = join(mkdtempSync(join(tmpdir(), "slipway-host-")), "result.json");
  const env = { ...options.env, SLIPWAY_HOST_RESULT: resultPath };
  if (found.kind === "download") {
    const { runTests } = await import("@vscode/test-electron");
    await runTests({
      // Those that stand in for others are developed too, as far as that VS Code is concerned.
      extensionDevelopmentPath: [options.extensionPath, ...(options.extensions ?? [])],
      extensionTestsPath: options.suitePath,
      launchArgs: [options.workspace, ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"])],
      extensionTestsEnv: env,
      // A failed suite has written its result too; without one the error below says so.
    }).catch((error: unknown) => {
      if (!existsSync(resultPath)) throw error;
    });
    return readFileSync(resultPath, "utf8");
  }
  const server = await startCodeServer({
    env,
    ...(options.settings ? { settings: options.settings } : {}),
    ...(options.extensions ? { extensions: options.extensions } : {}),
    ...(options.workspaceTrust ? { workspaceTrust: true } : {}),
  });
  try {
    const folder = copyWorkspace(server, options.workspace);
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const window = await openWindow(
      windowUrl(server, {
        folder,
        extensionDevelopmentPath: options.extensionPath,
        extensionTestsPath: options.suitePath,
      }),
    );
    try {
      await waitUntil("the suite's result", options.timeoutMs ?? 300_000, () => existsSync(resultPath));
      return readFileSync(resultPath, "utf8");
    } catch (error) {
      const begun = existsSync(`${resultPath}.begun`) ? readFileSync(`${resultPath}.begun`, "utf8") : "none";
      throw new Error(
        `${error instanceof Error ? error.message : ""}; these tests had begun:\n${begun}\n${server.log()}`,
        { cause: error },
      );
    } finally {
      await window.close();
    }
  } finally {
    await server.stop();
  }
}
