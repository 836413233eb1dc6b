// The workbench as a person uses it: command palette, trees, editors, notifications, by mouse and keyboard.
import type { FrameLocator, Locator, Page } from "playwright-core";
import { root } from "../sources.ts";
import { openWindow, type Window, type WindowOptions } from "../support/vscode/browser.ts";
import { windowUrl } from "../support/vscode/window.ts";

/** A window on that folder with our extension, or the one in another folder, as soon as it can be used. */
export async function openWorkbench(
  server: { port: number },
  folder: string,
  { extension = root, ...options }: WindowOptions & { extension?: string } = {},
): Promise<{ window: Window; bench: Workbench }> {
  const url = windowUrl(server, { folder, extensionDevelopmentPath: extension });
  const window = await openWindow(url, options);
  try {
    window.page.setDefaultTimeout(30_000);
    const bench = new Workbench(window.page);
    await bench.ready();
    return { window, bench };
  } catch (error) {
    await window.close();
    throw error;
  }
}

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Resolves when the window can be used. */
  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .activitybar").waitFor({ timeout: 90_000 });
  }

  /** Runs a command by its words in the palette. */
  async command(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input");
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    const take = async () => {
      await this.page.keyboard.press("F1");
      await input.waitFor();
      await input.fill(`>${title}`, { timeout: 5_000 });
      await row.waitFor({ timeout: 20_000 });
      await row.click({ timeout: 5_000 });
    };
    // What takes the focus late, as a terminal does, closes the palette: a person would open it again.
    await patiently(take, () => this.page.keyboard.press("Escape"));
  }

  /** Answers the question of that title. */
  async answer(title: string, text: string): Promise<void> {
    const question = this.page.locator(".quick-input-widget .quick-input-title", { hasText: title });
    await question.waitFor();
    const input = this.page.locator(".quick-input-widget input");
    await input.fill(text);
    await untilGone(question, () => input.press("Enter", { timeout: 2_000 }));
  }

  /** Chooses a row of the open picker. */
  async choose(label: string | RegExp, timeoutMs = 60_000): Promise<void> {
    const row = this.page
      .locator(".quick-input-widget .quick-input-list .monaco-list-row", { hasText: label })
      .first();
    await row.waitFor({ timeout: timeoutMs });
    await row.click();
  }

  /** Types into the open picker once it shows such a row: before, the keys would go elsewhere. */
  async filter(shown: RegExp, text: string, timeoutMs = 60_000): Promise<void> {
    await this.page
      .locator(".quick-input-widget .quick-input-list .monaco-list-row", { hasText: shown })
      .first()
      .waitFor({ timeout: timeoutMs });
    await this.page.locator(".quick-input-widget input").fill(text);
  }

  /** Opens the sidebar of ours. */
  async sidebar(): Promise<void> {
    await this.page
      .locator(".activitybar .action-item", { has: this.page.locator('[aria-label^="Slipway"]') })
      .first()
      .click();
    await this.page.locator(".sidebar .pane-header", { hasText: "Clusters" }).waitFor({ timeout: 60_000 });
  }

  /** A row of a tree in the sidebar, by what a screen reader would say of it or by its text. */
  row(text: string | RegExp): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text }).first();
  }

  async expand(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor({ timeout: 60_000 });
    const closed = this.page
      .locator(".sidebar .monaco-list-row[aria-expanded=false]", { hasText: text })
      .first();
    // A row that moves just then gets no click.
    for (let tries = 0; tries < 3 && (await row.getAttribute("aria-expanded")) === "false"; tries++) {
      await row.locator(".monaco-tl-twistie").click();
      await closed.waitFor({ state: "detached", timeout: 10_000 }).catch(() => {});
    }
  }

  /** The page in the webview that is shown; VS Code puts it into a frame in a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** Runs a command of a row's context menu. */
  async menu(rowText: string | RegExp, item: string): Promise<void> {
    // Menus live in a shadow root, which Playwright's locators see through.
    const choice = this.page.locator(".monaco-menu .action-item", { hasText: item }).first();
    const open = async () => {
      await this.row(rowText).click({ button: "right" });
      await choice.waitFor({ timeout: 5_000 });
    };
    // What takes the focus late, as a terminal does, closes a menu: a person would open it again.
    await patiently(open);
    await untilGone(choice, () => choice.click({ timeout: 2_000 }));
  }

  /** Opens a file of the workspace by name, or by the end of its path. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(name);
    const [file = name, folder] = name.split("/").toReversed();
    // Of two files of one name the list has the one that was open last first, until it has looked for the other.
    await this.choose(folder === undefined ? file : new RegExp(`${file}.*${folder}`, "s"));
    await this.page.locator(".editor-group-container .tab.active", { hasText: file }).waitFor();
  }

  /**
   * Waits for a notification. Under the driver that loads an extension from a folder the workbench shows no
   * toasts, so it is read where a person reads those they missed: in the notification centre.
   */
  async notification(text: RegExp, timeoutMs: number): Promise<void> {
    await this.command("Notifications: Show Notifications");
    await this.page
      .locator(".notifications-center .notification-list-item", { hasText: text })
      .first()
      .waitFor({ timeout: timeoutMs });
  }

  /** A line of an editor that is shown; its spaces are hard ones. */
  line(text: RegExp): Locator {
    return this.page.locator(".editor-group-container .view-line", { hasText: text }).first();
  }

  /** Selects the first match of a text in the active editor. */
  async find(text: string): Promise<void> {
    await this.page.keyboard.press("Control+F");
    const widget = this.page.locator(".find-widget.visible");
    await widget.locator(".find-part textarea").first().fill(text);
    await widget.locator(".matchesCount", { hasText: /of [1-9]/ }).waitFor();
    await this.page.keyboard.press("Escape");
  }

  /** Takes the quick fix of that title at the cursor. */
  async fix(title: RegExp): Promise<void> {
    const menu = this.page.locator(".action-widget");
    const choice = menu.locator(".monaco-list-row.action", { hasText: title }).first();
    const open = async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+.");
      await choice.waitFor({ timeout: 10_000 });
    };
    // A finding that comes just then takes the menu away: a person would ask for it again.
    await patiently(open);
    await untilGone(choice, () => choice.click({ timeout: 2_000 }));
  }

  /** Presses a button of a notification in the notification centre. */
  async button(text: RegExp, label: string): Promise<void> {
    const item = this.page
      .locator(".notifications-center .notification-list-item", { hasText: text })
      .first();
    await item.locator(".monaco-button", { hasText: label }).first().click();
  }

  /** Squiggles of a severity in the active editor. */
  squiggles(severity: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`);
  }

  async closeNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
  }

  /** Folds a view of the sidebar away. */
  async collapse(view: string): Promise<void> {
    const header = this.page.locator(".sidebar .pane-header", { hasText: view });
    if ((await header.getAttribute("aria-expanded")) === "true") await header.click();
  }

  async expandPane(view: string): Promise<void> {
    const header = this.page.locator(".sidebar .pane-header", { hasText: view });
    if ((await header.getAttribute("aria-expanded")) === "false") await header.click();
  }

  /** Drags the border of the sidebar to that width. */
  async widenSidebar(width: number): Promise<void> {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (!box) throw new Error("the sidebar is not shown");
    const [x, y] = [box.x + box.width + 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
    // Away from the border, which would stay lit.
    await this.page.mouse.move(box.x + width + 300, y);
  }

  /** Puts the cursor there; both count from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }
}

/** Does a thing anew where it fails, three times in all; `before` each but the first. */
async function patiently(act: () => Promise<void>, before?: () => Promise<void>): Promise<void> {
  const again = async () => {
    await before?.();
    await act();
  };
  await act().catch(again).catch(again);
}

/**
 * Does a thing until what it closes is gone: a menu takes no click just after it opened, a question no Enter
 * while its text is being checked.
 */
async function untilGone(what: Locator, act: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await act().catch(() => {});
    const gone = await what.waitFor({ state: "hidden", timeout: 500 }).then(
      () => true,
      () => false,
    );
    if (gone) return;
  }
  throw new Error(`still there after 20 tries: ${what.toString()}`);
}
