// From a key to what an editor shows of it, in a real window: Slipway beside an extension that runs
// yaml-language-server with the schema of a real API server, and beside one that knows the answer: what it takes is the
// window's own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { build } from "../suites.ts";
import { root } from "../sources.ts";
import { runCommand } from "../support/command.ts";
import { copyWorkspace, startCodeServer } from "../support/vscode/window.ts";
import { openWorkbench } from "../window/workbench.ts";
import { type Bench, percentile95 } from "./bench.ts";
import { kubernetesSchema, languageServerPackages, languageServerVersion } from "./languageServer.ts";

const files = [
  { lines: 40, target: 30 },
  { lines: 400, target: 50 },
  { lines: 4_000, target: 120 },
] as const;
const WARM_UPS = 10;
const KEYS = 60;

export const bench: Bench = {
  name: "a key and what the editor shows of it, in a real window",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "slipway-keys-"));
    try {
      const workspace = join(folder, "workspace");
      mkdirSync(workspace);
      for (const { lines } of files) writeFileSync(join(workspace, fileName(lines)), manifest(lines));
      const [program = "", ...args] = build;
      await runCommand(program, args);
      const peer = await peerExtension(folder);
      const least = await timeKeys(knowingExtension(folder), workspace);
      const ours = await timeKeys(root, workspace);
      const theirs = await timeKeys(peer, workspace, {
        "yaml.schemas": { [pathToFileURL(await kubernetesSchema()).href]: "*.yaml" },
        "yaml.schemaStore.enable": false,
        "yaml.maxItemsComputed": 5000,
      });
      return {
        rows: files.flatMap(({ lines, target }, index) => {
          const [own = 0, other = 0, window = 0] = [ours, theirs, least].map((times) =>
            percentile95(times[index] ?? []),
          );
          return [
            { name: `${lines} lines, 95th percentile`, value: own, unit: "ms", target },
            {
              name: `${lines} lines, beyond what the window takes`,
              value: own - window,
              unit: "ms",
              peer: "an extension that knows the answer",
              peerValue: window,
            },
            {
              name: `${lines} lines, beside yaml-language-server`,
              value: own,
              unit: "ms",
              peer: `yaml-language-server ${languageServerVersion}`,
              peerValue: other,
              ratio: own / other,
              target: 1 / 10,
            },
          ];
        }),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** For each file the times, in ms, from a key to the change of the squiggles on its line. */
async function timeKeys(
  extension: string,
  workspace: string,
  settings: Record<string, unknown> = {},
): Promise<number[][]> {
  const server = await startCodeServer({
    env: { KUBECONFIG: "/nonexistent", DOCKER_HOST: "unix:///nonexistent" },
    settings: { "editor.minimap.enabled": false, ...settings },
  });
  try {
    const folder = copyWorkspace(server, workspace);
    const { window, bench } = await openWorkbench(server, folder, { extension, isMoving: true });
    try {
      const times: number[][] = [];
      for (const { lines } of files) {
        await bench.openFile(fileName(lines));
        await window.page.locator(".editor-group-container .view-lines").first().click();
        // A number that both call wrong once a letter stands behind it.
        await bench.find(`replicas: ${Math.floor(lines / DOCUMENT_LINES / 2) + 2}`);
        await window.page.keyboard.press("End");
        times.push(await timeOnLine(window.page));
      }
      return times;
    } finally {
      await window.close();
    }
  } finally {
    await server.stop();
  }
}

const SQUIGGLES = ".monaco-editor .squiggly-error, .monaco-editor .squiggly-warning";

/** How many squiggles are shown once their number has stayed the same for two seconds. */
async function squigglesAtRest(page: Page): Promise<number> {
  const counted = () => page.locator(SQUIGGLES).count();
  let number = await counted();
  for (let since = Date.now(); Date.now() - since < 2_000; await page.waitForTimeout(100)) {
    const now = await counted();
    if (now === number) continue;
    number = now;
    since = Date.now();
  }
  return number;
}

async function timeOnLine(page: Page): Promise<number[]> {
  const times: number[] = [];
  const atRest = await squigglesAtRest(page);
  for (let key = 0; key < WARM_UPS + KEYS; key++) {
    const isWrong = key % 2 === 0;
    // String code: what the compiler makes of a function calls helpers that the page does not have.
    const shown = page.evaluate(`new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("no change is shown")), 30000);
      let pressed;
      const look = () => {
        if (pressed === undefined) return;
        const found = document.querySelectorAll(${JSON.stringify(SQUIGGLES)});
        if ((found.length > ${atRest}) !== ${isWrong}) return;
        clearTimeout(limit);
        observer.disconnect();
        resolve(performance.now() - pressed);
      };
      const observer = new MutationObserver(look);
      observer.observe(document.querySelector(".editor-group-container .monaco-editor"), {
        subtree: true, childList: true, attributes: true,
      });
      addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true, once: true });
      globalThis.keyIsAwaited = true;
    })`) as Promise<number>;
    await page.waitForFunction("globalThis.keyIsAwaited");
    await page.keyboard.press(isWrong ? "x" : "Backspace");
    const ms = await shown;
    if (key >= WARM_UPS) times.push(ms);
    await page.evaluate("globalThis.keyIsAwaited = false");
    // As between a person's keys, so that each one's work is its own.
    await page.waitForTimeout(100);
  }
  return times;
}

/** An extension that marks the line at once, without a look at the rest. */
function knowingExtension(folder: string): string {
  const extension = join(folder, "knowing");
  mkdirSync(extension);
  const manifest = {
    name: "knowing",
    publisher: "slipway",
    version: "0.0.1",
    engines: { vscode: "^1.107.0" },
    main: "./extension.js",
    activationEvents: ["onLanguage:yaml"],
  };
  writeFileSync(join(extension, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(extension, "extension.js"),
    `const vscode = require("vscode");
exports.activate = () => {
  const shown = vscode.languages.createDiagnosticCollection("knowing");
  vscode.workspace.onDidChangeTextDocument(({ document, contentChanges: [change] }) => {
    if (!change) return;
    const { range } = document.lineAt(change.range.start.line);
    shown.set(document.uri, change.text === "x" ? [new vscode.Diagnostic(range, "wrong")] : []);
  });
};
`,
  );
  return extension;
}

/** An extension that does nothing but run the server, as the YAML extension does. */
async function peerExtension(folder: string): Promise<string> {
  const packages = await languageServerPackages();
  const extension = join(folder, "peer");
  mkdirSync(extension);
  writeFileSync(
    join(extension, "package.json"),
    JSON.stringify({
      name: "yaml-peer",
      publisher: "slipway",
      version: "0.0.1",
      engines: { vscode: "^1.107.0" },
      main: "./extension.js",
      activationEvents: ["onLanguage:yaml"],
    }),
  );
  writeFileSync(
    join(extension, "extension.js"),
    `const { LanguageClient, TransportKind } = require(${JSON.stringify(join(packages, "vscode-languageclient", "node"))});
exports.activate = () => {
  const run = {
    module: ${JSON.stringify(join(packages, "yaml-language-server", "bin", "yaml-language-server"))},
    transport: TransportKind.stdio,
  };
  const client = new LanguageClient("yaml", "YAML", { run, debug: run }, {
    documentSelector: [{ language: "yaml" }],
    synchronize: { configurationSection: ["yaml", "http.proxy", "files", "editor"] },
  });
  return client.start();
};
`,
  );
  return extension;
}

const fileName = (lines: number) => `manifest-${lines}.yaml`;

/** Lines of one document of `manifest`. */
const DOCUMENT_LINES = 40;

/** Deployments without a mistake; the replicas of each are its number and one, so that each can be found. */
function manifest(lines: number): string {
  return Array.from({ length: lines / DOCUMENT_LINES }, (_, index) => deployment(index)).join("");
}

function deployment(index: number): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model-${index}
  namespace: ml
  labels: { app: model-${index}, team: research }
spec:
  replicas: ${index + 2}
  selector:
    matchLabels:
      app: model-${index}
  template:
    metadata:
      labels:
        app: model-${index}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.27.3
          args: ["--model", "model-${index}"]
          env:
            - name: SETTING
              value: "value"
            - name: OTHER
              value: "other"
          ports:
            - name: http
              containerPort: 8000
          resources:
            requests:
              cpu: "2"
              memory: 4Gi
            limits:
              memory: 4Gi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          volumeMounts: []
`;
}
