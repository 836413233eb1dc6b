// Lint and format check: one linter, one formatter.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = [
  ["oxlint", "--type-aware", "--deny-warnings", "."],
  ["biome", "format", "."],
];
let failed = false;
for (const [tool = "", ...args] of tools) {
  const ran = spawnSync(join(root, "node_modules", ".bin", tool), args, { cwd: root, stdio: "inherit" });
  failed ||= ran.status !== 0;
}
if (failed) console.error("Repair the format with: npm run format");
process.exit(failed ? 1 : 0);
