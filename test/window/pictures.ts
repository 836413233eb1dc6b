// Where the window suites put their screenshots: SLIPWAY_SCREENSHOTS=1 writes those of the README.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../sources.ts";

/** Charts of the README show some minutes; a test that only looks needs none of them. */
export const pictureWaitMs = process.env["SLIPWAY_SCREENSHOTS"] ? 75_000 : 0;

/** For whoever looks why a test failed. */
export const cachedPictures: string = join(root, "node_modules", ".cache", "screenshots");
export const pictures: string = process.env["SLIPWAY_SCREENSHOTS"]
  ? join(root, "media", "screenshots")
  : cachedPictures;

/** A picture of the window as it is with nothing under the mouse: no lit border, no tooltip. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const height = page.viewportSize()?.height ?? 800;
  // An empty part of the status bar.
  await page.mouse.move(500, height - 16);
  await page.locator(".monaco-sash.hover").first().waitFor({ state: "detached" });
  await page.locator(".workbench-hover-container").first().waitFor({ state: "hidden" });
  // The border fades.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished),
    ),
  );
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
