// The workbench as a person uses it: command palette, trees, editors, notifications, by mouse and keyboard.
import type { Locator, Page } from "playwright-core";

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
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    await row.waitFor();
    await row.click();
  }

  /** Answers the open input box. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Chooses a row of the open picker. */
  async choose(label: string | RegExp): Promise<void> {
    const row = this.page.locator(".quick-input-widget .quick-input-list .monaco-list-row", { hasText: label }).first();
    await row.waitFor({ timeout: 60_000 });
    await row.click();
  }

  /** Opens the sidebar of ours. */
  async sidebar(): Promise<void> {
    await this.page.locator(".activitybar .action-item", { has: this.page.locator('[aria-label^="Slipway"]') }).first().click();
    await this.page.locator(".sidebar .pane-header", { hasText: "Clusters" }).waitFor({ timeout: 60_000 });
  }

  /** A row of a tree in the sidebar, by what a screen reader would say of it or by its text. */
  row(text: string | RegExp): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text }).first();
  }

  async expand(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor({ timeout: 60_000 });
    if ((await row.getAttribute("aria-expanded")) === "false") await row.locator(".monaco-tl-twistie").click();
  }

  /** Runs a command of a row's context menu. */
  async menu(rowText: string | RegExp, item: string): Promise<void> {
    await this.row(rowText).click({ button: "right" });
    // Menus live in a shadow root, which Playwright's locators see through.
    await this.page.locator(".monaco-menu .action-item", { hasText: item }).first().click();
  }

  /** Opens a file of the workspace by name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(name);
    await this.choose(name.split("/").pop() ?? name);
    await this.page.locator(".editor-group-container .tab.active", { hasText: name.split("/").pop() ?? name }).waitFor();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast, .notification-list-item", { hasText: text }).first();
  }

  /** Squiggles of a severity in the active editor. */
  squiggles(severity: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`);
  }

  async closeNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
  }
}
