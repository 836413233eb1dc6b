// Builds what runs: the extension, its worker, the command line, and one bundle per webview panel.
//
// Node's bundles are made in two steps: esbuild can share chunks between entries only in ES modules, while
// VS Code loads CommonJS faster. So the split output is ES modules, and each file is then turned into
// CommonJS as it stands. A heavy room is entered by `await import()` and becomes a chunk of its own.
const esbuild = require("esbuild");
const {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  chmodSync,
} = require("node:fs");
const { join, basename } = require("node:path");

const root = __dirname;
const out = join(root, "dist");
const watch = process.argv.includes("--watch");
const development = watch || process.argv.includes("--development");

const nodeEntries = {
  extension: "src/extension.ts",
  checkWorker: "src/io/check/worker.ts",
  batchWorker: "src/io/check/batchWorker.ts",
  assistWorker: "src/io/assist/worker.ts",
  renderWorker: "src/io/render/worker.ts",
  cli: "src/cli/main.ts",
  endWithParent: "src/io/process/endWithParent.ts",
};

/** Native add-ons of ssh2 are optional there: it falls back to JavaScript when they can't be loaded. */
const withoutNativeAddOns = {
  name: "without-native-add-ons",
  setup(build) {
    build.onResolve({ filter: /\.node$|^cpu-features$/ }, (args) => ({
      path: args.path,
      namespace: "absent",
    }));
    build.onLoad({ filter: /.*/, namespace: "absent" }, (args) => ({
      contents: `throw new Error(${JSON.stringify(`${args.path} is not part of Slipway`)});`,
      loader: "js",
    }));
  },
};

/** What is loaded at activation: the entry and every chunk that it imports statically. */
const entryLimitKB = 150;

function checkEntry({ outputs }) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const one of outputs[path].imports) {
      if (one.kind === "import-statement" && outputs[one.path]) visit(one.path);
    }
  };
  visit("dist/extension.js");
  const sizeKB = [...seen].reduce((sum, path) => sum + statSync(join(root, path)).size, 0) / 1024;
  if (sizeKB > entryLimitKB) {
    const parts = [...seen].flatMap((path) => Object.entries(outputs[path].inputs));
    const largest = parts.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 8);
    throw new Error(
      `Activation would load ${sizeKB.toFixed(0)} KB (limit ${entryLimitKB}): enter heavy rooms by await import(). ` +
        `The largest: ${largest.map(([path, { bytesInOutput }]) => `${path} ${(bytesInOutput / 1024).toFixed(0)} KB`).join(", ")}`,
    );
  }
}

/**
 * `vscode` as it is. What esbuild makes of `import * as vscode` copies its hundreds of names one by one at each import:
 * a third of the time that activation took.
 */
function plainVscode(code) {
  let first;
  return code.replaceAll(/\bimport\s*\*\s*as ([\w$]+) from\s*"vscode";/g, (_, name) => {
    const value = (first ??= name) === name ? 'require("vscode")' : first;
    return `const ${name} = ${value};`;
  });
}

/** Turns each split ES module into CommonJS and writes it. */
const toCommonJs = {
  name: "to-common-js",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0 || !result.outputFiles) return;
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out, { recursive: true });
      for (const file of result.outputFiles) {
        const name = basename(file.path);
        if (name.endsWith(".map")) {
          writeFileSync(join(out, name), file.contents);
          continue;
        }
        const made = await esbuild.transform(plainVscode(file.text), {
          format: "cjs",
          platform: "node",
          target: "node20",
          minify: !development,
          legalComments: "none",
          // A chunk entered by `import()` is CommonJS too now: `require` gives its exports as they are.
          supported: { "dynamic-import": false },
          banner: name === "cli.js" ? "#!/usr/bin/env node" : "",
        });
        writeFileSync(join(out, name), made.code);
        if (name === "cli.js") chmodSync(join(out, name), 0o755);
      }
      copyDevcontainers();
      if (!development) checkEntry(result.metafile);
      writeFileSync(join(out, "meta.json"), JSON.stringify(result.metafile));
    });
  },
};

const node = {
  absWorkingDir: root,
  entryPoints: nodeEntries,
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["vscode"],
  minify: !development,
  sourcemap: false,
  metafile: true,
  write: false,
  logLevel: "warning",
  mainFields: ["module", "main"],
  conditions: ["node"],
  loader: { ".proto": "text" },
  define: { "process.env.SLIPWAY_VERSION": JSON.stringify(require("./package.json").version) },
  plugins: [withoutNativeAddOns, toCommonJs],
};

/** The devcontainers command line is one program of its own, which asks for two files beside it. */
function copyDevcontainers() {
  const from = join(root, "node_modules", "@devcontainers", "cli");
  const files = ["dist/spec-node/devContainersSpecCLI.js", "scripts/updateUID.Dockerfile", "package.json"];
  for (const file of [...files, "LICENSE.txt", "ThirdPartyNotices.txt"]) {
    cpSync(join(from, file), join(out, "devcontainers", file));
  }
}

/** Every folder of webview/ with a main.ts is a panel. */
function panels() {
  const folder = join(root, "webview");
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "main.ts")))
      .map((entry) => [`webview/${entry.name}`, join(folder, entry.name, "main.ts")]),
  );
}

const browser = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "chrome130",
  minify: !development,
  logLevel: "warning",
};

async function main() {
  const entries = panels();
  if (watch) {
    const contexts = [await esbuild.context(node)];
    if (Object.keys(entries).length > 0)
      contexts.push(await esbuild.context({ ...browser, entryPoints: entries }));
    for (const context of contexts) await context.watch();
    console.log("Watching. Reload the window to see a change.");
    return;
  }
  await esbuild.build(node);
  if (Object.keys(entries).length > 0) await esbuild.build({ ...browser, entryPoints: entries });
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
