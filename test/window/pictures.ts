// Where the window suites put their screenshots: SLIPWAY_SCREENSHOTS=1 writes those of the README.
import { join } from "node:path";
import { root } from "../sources.ts";

export const pictures = process.env["SLIPWAY_SCREENSHOTS"]
  ? join(root, "media", "screenshots")
  : join(root, "node_modules", ".cache", "screenshots");
