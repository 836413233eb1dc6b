// Builds an image from a Dockerfile: steps as progress, the log in an output channel, the image at the end.
import type { App } from "../../app/app.ts";
import { coalesce } from "../../base/coalesce.ts";
import { lastPart } from "../../base/words.ts";
import { tagForFolder, tagProblem } from "../../core/image/reference.ts";
import { formatBytes, formatDuration } from "../../core/image/text.ts";
import { command } from "../command.ts";
import { runPlain, runWithGpusOn } from "../rows/docker/run.ts";
import type { Choice, Ui } from "../ui.ts";

const isDockerfile =
  "resourceLangId == dockerfile || resourceFilename =~ /(^|\\.)([Dd]ocker|[Cc]ontainer)file(\\.|$)/";

const dockerfileName = /^(docker|container)file(\..+)?$|\.(docker|container)file$/i;

/** Folders that hold a Dockerfile for the folder above them. */
const ownFolders = new Set([
  "docker",
  ".docker",
  "dockerfiles",
  ".devcontainer",
  "build",
  "deploy",
  "containers",
]);

export const buildImage = command<string>({
  id: "slipway.buildImage",
  title: "Build Image…",
  icon: "package",
  needsTrust: true,
  menus: [
    { place: "explorer/context", when: isDockerfile, group: "7_slipway@1" },
    { place: "editor/context", when: isDockerfile, group: "7_slipway@1" },
    { place: "editor/title", when: "resourceLangId == dockerfile", group: "navigation@1" },
    { place: "view/title", when: "view == slipway.images", group: "navigation@1" },
  ],
  async run(app, ui, target) {
    const dockerfile = typeof target === "string" ? target : await chooseDockerfile(ui);
    if (dockerfile === undefined) return;
    const context = await chooseContext(ui, dockerfile);
    if (context === undefined) return;
    const tag = await ui.input({
      title: `Build ${lastPart(dockerfile)}`,
      prompt: "Name of the image",
      value: app.builds.lastTag(dockerfile) ?? tagForFolder(lastPart(context)),
      check: tagProblem,
    });
    if (tag === undefined) return;
    await build(app, ui, { dockerfile, context, tag });
  },
});

async function build(
  app: App,
  ui: Ui,
  options: { dockerfile: string; context: string; tag: string },
): Promise<void> {
  const result = await ui.progress(`Building ${options.tag}`, async (progress, signal) => {
    const output = await ui.stream(`Slipway Build: ${options.tag}`, "output");
    let waiting = "";
    // A build can print faster than a window takes single lines.
    const writing = coalesce(app.clock, 50, () => {
      output.append(waiting);
      waiting = "";
    });
    const watcher = {
      step: (text: string, fraction: number | undefined) => progress.report(text, fraction),
      log(line: string) {
        waiting += `${line}\n`;
        writing.trigger();
      },
    };
    try {
      return await app.builds.build(options, watcher, signal);
    } catch (error) {
      if (error instanceof Error && !signal.aborted) watcher.log(`\n${error.message}`);
      throw error;
    } finally {
      writing.flush();
    }
  });
  if (!result) return;
  for (const warning of result.warnings) void ui.say("warning", warning);
  const [run, withGpus] = ["Run", "Run with GPUs…"] as const;
  const text = `Built ${result.tag}: ${formatBytes(result.sizeBytes)} in ${formatDuration(result.ms)}.`;
  const chosen = await ui.say("info", text, run, withGpus);
  if (chosen === run) await runPlain(app, ui, result.tag);
  if (chosen === withGpus) await runWithGpusOn(app, ui, result.tag);
}

async function chooseDockerfile(ui: Ui): Promise<string | undefined> {
  // A Dockerfile that somebody looks at is the one that is meant.
  const active = ui.activeFile();
  if (active !== undefined && dockerfileName.test(lastPart(active))) return active;
  const found = await ui.findFiles("**/{[Dd]ockerfile,[Dd]ockerfile.*,*.[Dd]ockerfile,[Cc]ontainerfile}");
  const paths = found.filter((path) => !path.endsWith(".dockerignore"));
  if (paths.length === 0) {
    await ui.say("info", "This workspace has no Dockerfile. Create one, then build it.");
    return undefined;
  }
  if (paths.length === 1) return paths[0];
  const choices = paths.map(
    (path): Choice<string> => ({ label: lastPart(path), description: folderOf(path), value: path }),
  );
  return ui.pick("Which Dockerfile?", choices);
}

async function chooseContext(ui: Ui, dockerfile: string): Promise<string | undefined> {
  const folder = folderOf(dockerfile);
  const above = folderOf(folder);
  if (!ownFolders.has(lastPart(folder).toLowerCase()) || lastPart(above) === "") return folder;
  return ui.pick("Which folder does the Dockerfile copy from?", [
    {
      label: lastPart(above),
      description: above,
      detail: "The folder above the Dockerfile's own",
      value: above,
    },
    { label: lastPart(folder), description: folder, detail: "The Dockerfile's own folder", value: folder },
  ]);
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end <= 0 ? path.slice(0, 1) : path.slice(0, end);
}
