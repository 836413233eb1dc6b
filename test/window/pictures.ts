// Where the window suites put their screenshots: SLIPWAY_SCREENSHOTS=1 writes those of the README.
import { join } from "node:path";
import { root } from "../sources.ts";

/** Charts of the README show some minutes; a test that only looks needs none of them. */
export const pictureWaitMs = process.env["SLIPWAY_SCREENSHOTS"] ? 75_000 : 0;

export const pictures = process.env["SLIPWAY_SCREENSHOTS"]
  ? join(root, "media", "screenshots")
  : join(root, "node_modules", ".cache", "screenshots");
