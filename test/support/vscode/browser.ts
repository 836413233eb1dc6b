// The browser that shows the window: a Chromium of this machine, driven by playwright-core.
import { type Browser, chromium, type Page } from "playwright-core";
import { findProgram } from "../command.ts";
import type { Found } from "../found.ts";
import type { Link } from "./link.ts";
import { ownNetwork } from "./ownNetwork.ts";

export interface Window {
  page: Page;
  close(): Promise<void>;
}

/** Flags that keep a browser in a sandboxed machine quiet and off the network. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function findBrowser(): Found<{ path: string }> {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const path = process.env["CHROME_PATH"] ?? names.map(findProgram).find((found) => found !== undefined);
  return path
    ? { available: true, path }
    : { available: false, reason: "no Chromium is in PATH; install it or set CHROME_PATH" };
}

export interface WindowOptions {
  size?: { width: number; height: number };
  /** Draws spinners, progress bars and blinking cursors as they move, as a bench wants it. */
  isMoving?: boolean;
  /** Holds back what the server says, when the test wants it to. */
  link?: Link;
}

export async function openWindow(
  url: string,
  { size = { width: 1280, height: 800 }, isMoving = false, link }: WindowOptions = {},
): Promise<Window> {
  const found = findBrowser();
  if (!found.available) throw new Error(found.reason);
  const network = await ownNetwork(found.path);
  const browser: Browser = await chromium.launch({
    executablePath: network?.executablePath ?? found.path,
    args: flags,
    ...(network ? { env: { ...process.env, ...network.env }, proxy: network.proxy } : {}),
  });
  let isClosing = false;
  browser.on("disconnected", () => {
    if (!isClosing) console.error(`The browser ended by itself: ${network?.ended() || "it said nothing"}`);
    network?.close();
  });
  const context = await browser.newContext({ viewport: size });
  if (!isMoving) await context.addInitScript(standStill);
  const page = await context.newPage();
  page.on("crash", () => console.error("The page crashed."));
  await link?.attach(page);
  await page.goto(url);
  return {
    page,
    close: async () => {
      isClosing = true;
      await browser.close();
    },
  };
}

/** Drawn without a GPU, what moves takes a fifth of all that a walk through the window takes of the processor. */
function standStill(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
