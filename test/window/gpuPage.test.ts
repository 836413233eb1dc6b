// The page of the panel GPU Usage in a browser of its own: hostile names, the theme, keyboard, screen reader, policy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import type { WireNode, WireRow, WireState } from "../../src/protocol/gpu.ts";
import { root } from "../sources.ts";
import { openWindow, type Window } from "../support/vscode/browser.ts";

const POLICY = "default-src 'none'; script-src 'nonce-a'; style-src 'self' 'nonce-a'";
const HTML = `<!DOCTYPE html><html lang="en"><head><meta property="csp-nonce" content="a">
<link rel="stylesheet" href="gpu.css"></head><body class="vscode-dark"><main id="root"></main>
<script nonce="a">window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (message) => window.sent.push(message) });</script>
<script nonce="a" src="gpu.js"></script></body></html>`;

const row = (key: string, pods: string[] | null, more: Partial<WireRow> = {}): WireRow => ({
  key,
  device: key,
  label: "GPU 0",
  pods,
  kind: "device",
  figures: [87, 62_464, 81_559, 512.3, 64],
  isPart: false,
  why: null,
  ...more,
});
const node = (rows: WireRow[], more: Partial<WireNode> = {}): WireNode => ({
  name: "n1",
  model: "NVIDIA H100",
  state: "live",
  source: "dcgm-exporter gpu-operator/exporter · read now",
  notes: [],
  rows,
  ...more,
});
const state = (nodes: WireNode[], more: Partial<WireState> = {}): WireState => ({
  places: [{ name: "dev", label: "dev" }],
  place: "dev",
  filter: null,
  empty: null,
  second: 1_800_000_000,
  nodes,
  ...more,
});

describe("the page of the panel GPU Usage", function () {
  this.timeout(60_000);
  let server: Server;
  let window: Window;

  before(async () => {
    const files = new Map(
      ["gpu.js", "gpu.css"].map((name) => [`/${name}`, readFileSync(join(root, "dist", "webview", name))]),
    );
    server = createServer((request, response) => {
      const file = files.get(request.url ?? "");
      const type = request.url?.endsWith(".css") ? "text/css" : file ? "text/javascript" : "text/html";
      response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
      response.end(file ?? HTML);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    window = await openWindow("about:blank", { size: { width: 1000, height: 600 } });
  });
  after(async () => {
    await window?.close();
    server?.close();
  });
  beforeEach(async () => {
    await window.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.deepEqual(await sent(), [{ type: "ready" }]);
  });

  const sent = () => window.page.evaluate(() => (globalThis as unknown as { sent: object[] }).sent);
  const post = (message: unknown) =>
    window.page.evaluate((one) => globalThis.postMessage(one, "*"), message as object);
  const rows = () => window.page.locator("tbody tr[tabindex]");

  it("reads out every figure as a table, and unknown as unknown", async () => {
    const unknown = row("b", null, { figures: [null, null, null, null, 0], why: "Nobody says whose." });
    await post({ type: "tick", state: state([node([row("a", ["ml/train"]), unknown])]) });
    await rows().first().waitFor();
    assert.equal(await rows().nth(0).innerText(), "ml/train\tGPU 0\t87 %\t61 / 80 GiB\t512 W\t64 °C");
    assert.equal(await rows().nth(1).innerText(), "unknown pod\tGPU 0¹\tunknown\tunknown\tunknown\t0 °C");
    const note = await rows().nth(1).getAttribute("aria-describedby");
    assert.equal(await window.page.locator(`[id="${note}"]`).innerText(), "¹ Nobody says whose.");
    const tree = await window.page.locator("table").ariaSnapshot();
    assert.match(tree, /table "GPU usage by node, pod and device"/);
    assert.match(tree, /columnheader "Utilisation"/);
    assert.match(tree, /rowheader "ml\/train"/);
  });

  it("goes from row to row by keyboard", async () => {
    await post({ type: "tick", state: state([node([row("a", ["ml/a"]), row("b", ["ml/b"])])]) });
    await rows().first().waitFor();
    assert.equal(await window.page.locator('tr[tabindex="0"]').count(), 1, "one stop for the Tab key");
    await window.page.locator("vscode-checkbox", { hasText: "Charts" }).focus();
    await window.page.keyboard.press("Tab");
    assert.match(await window.page.locator(":focus").innerText(), /^ml\/a/);
    await window.page.keyboard.press("ArrowDown");
    assert.match(await window.page.locator(":focus").innerText(), /^ml\/b/);
    // The next tick leaves the keyboard where it is.
    await post({
      type: "tick",
      state: state([node([row("a", ["ml/a"]), row("b", ["ml/b"])])], { second: 1_800_000_001 }),
    });
    assert.match(await window.page.locator(":focus").innerText(), /^ml\/b/);
  });

  it("shows hostile names as text and nothing else", async () => {
    const hostile = [
      '<img src=x onerror="document.title=1">',
      "<script>document.title=1</script>",
      "${document.title=1}",
      "{{constructor.constructor('document.title=1')()}}",
      "javascript:alert(1)",
      "\u202Egnirts\u202C",
      "x".repeat(1_000_000),
    ];
    await post({
      type: "tick",
      state: state(
        [
          node(
            hostile.map((name, at) => row(`${at}`, [name], { why: name })),
            { name: hostile[0] ?? "", source: hostile[1] ?? "", notes: hostile },
          ),
        ],
        { filter: hostile[0] ?? "", places: hostile.map((name) => ({ name, label: name })) },
      ),
    });
    await rows().first().waitFor();
    assert.equal(await window.page.locator("#root img, #root script, #root a").count(), 0);
    assert.equal(await window.page.title(), "");
    assert.equal(await rows().nth(0).locator("th bdi").innerText(), hostile[0]);
    const width = await window.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width < 4_000, `${width} pixels wide`);
    assert.deepEqual(await sent(), [{ type: "ready" }], "no violation of the policy was reported");
  });

  it("drops messages that are none", async () => {
    await post({ type: "tick", state: state([node([row("a", ["ml/a"])])]) });
    await rows().first().waitFor();
    for (const forged of [
      null,
      7,
      "tick",
      {},
      { type: "tick" },
      { type: "tick", state: { nodes: 7 } },
      { type: "run", state: state([]) },
    ])
      await post(forged);
    assert.equal(await rows().count(), 1);
  });

  it("takes another theme without a reload, and stays within its policy", async () => {
    const values = ["utilisation", "memory", "power", "temperature"].map(() =>
      Array.from({ length: 900 }, () => 50),
    );
    await post({
      type: "snapshot",
      state: state([node([row("a", ["ml/a"])])]),
      series: [{ device: "a", values }],
    });
    await window.page.locator("canvas").first().waitFor();
    const paint = async (color: string) => {
      await window.page.evaluate((one) => {
        document.documentElement.style.setProperty("--vscode-charts-blue", one);
        document.body.className = `theme-${one.slice(1)}`;
      }, color);
      await window.page.waitForFunction(
        ([red, green, blue]) => {
          const canvas = document.querySelector("canvas");
          const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) return true;
          return false;
        },
        [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
      );
    };
    await paint("#ff00aa");
    await paint("#00ccff");
    assert.deepEqual(await sent(), [{ type: "ready" }]);
  });

  it("says what to do where there is nothing to show, and asks for what was chosen", async () => {
    await post({
      type: "tick",
      state: state([], { empty: { text: "Open a cluster.", action: "Open dev", isBusy: false } }),
    });
    await window.page.locator("vscode-button", { hasText: "Open dev" }).click();
    assert.deepEqual((await sent()).at(-1), { type: "act" });
    assert.equal(await window.page.locator("table").isVisible(), false);
  });

  it("counts GPUs, MIG instances and those that are held", async () => {
    await post({
      type: "tick",
      state: state([node([row("a", ["ml/a"]), row("b", []), row("c", ["ml/c"], { isPart: true })])]),
    });
    await window.page.getByText("2 GPUs, 1 MIG instance, 2 held").waitFor();
    await post({ type: "tick", state: state([node([row("a", ["ml/a"])])]) });
    await window.page.getByText("1 GPU, 1 held").waitFor();
  });

  it("hides idle GPUs until they are asked for, and says how many", async () => {
    await post({ type: "tick", state: state([node([row("a", ["ml/a"]), row("b", [])])]) });
    await rows().first().waitFor();
    assert.equal(await rows().count(), 1);
    await window.page.getByText("1 idle GPU is not shown.").waitFor();
    await window.page.locator("vscode-checkbox", { hasText: "Idle GPUs" }).click();
    assert.match(await rows().nth(1).innerText(), /^idle/);
  });

  it("draws a tick of 64 GPUs in less than a frame of 100 ms", async () => {
    const many = Array.from({ length: 64 }, (_, at) => row(`d${at}`, [`ml/p${at}`]));
    const values = [0, 1, 2, 3].map(() => Array.from({ length: 900 }, () => 50));
    await post({
      type: "snapshot",
      state: state([node(many)]),
      series: many.map(({ device }) => ({ device, values })),
    });
    await window.page.locator("canvas").first().waitFor();
    const took = await window.page.evaluate(
      async (one) => {
        const times: number[] = [];
        for (let turn = 1; turn <= 7; turn++) {
          const started = performance.now();
          globalThis.dispatchEvent(
            new MessageEvent("message", {
              data: { type: "tick", state: { ...one, second: one.second + turn } },
            }),
          );
          times.push(performance.now() - started);
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        return times.sort((a, b) => a - b)[3] ?? 0;
      },
      state([node(many)]),
    );

    assert.ok(took < 100, `${took} ms`);
  });
});
