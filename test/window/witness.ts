// What a window showed when a test failed: a picture, and in the test's message its rows and the end of our log.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "mocha";
import type { Page } from "playwright-core";
import type { CodeServer } from "../support/vscode/window.ts";
import { cachedPictures } from "./pictures.ts";

const LOG_LINES = 25;

/** For the tests of one `describe`; what is not there yet was not what failed. */
export function witness(shown: () => { page: Page | undefined; server: CodeServer | undefined }): void {
  afterEach(async function () {
    const test = this.currentTest;
    const { page, server } = shown();
    if (test?.state !== "failed" || !page) return;
    mkdirSync(cachedPictures, { recursive: true });
    const name = test.title.replaceAll(/\W+/g, "-").slice(0, 50);
    await page.screenshot({ path: join(cachedPictures, `failed-${name}.png`) });
    const seen = await rows(page);
    const log = server ? endOfLog(server.folder) : "";
    if (test.err) test.err.message += `\nThe window showed:\n${seen}\nThe end of Slipway's log:\n${log}`;
  });
}

/** Headers and rows of the sidebar, the open picker and notifications, a line each. */
function rows(page: Page): Promise<string> {
  const parts = [
    ".sidebar .pane-header",
    ".sidebar .monaco-list-row",
    ".quick-input-widget:not([style*='display: none']) .monaco-list-row",
    ".notification-list-item-message",
  ].join(", ");
  return page.locator(parts).evaluateAll((all) =>
    all
      .map((one) => {
        const marks = ["aria-expanded", "aria-selected"].flatMap((name) => {
          const value = one.getAttribute(name);
          return value === null ? [] : [`${name.slice(5)}=${value}`];
        });
        return `${one.textContent?.trim() ?? ""} ${marks.length > 0 ? `(${marks.join(", ")})` : ""}`.trim();
      })
      .join("\n"),
  );
}

function endOfLog(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /Slipway[^/]*\.log$/.test(file))
    .map((file) =>
      readFileSync(join(folder, file), "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n"),
    )
    .join("\n");
}
