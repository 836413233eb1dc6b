// The questions of New Jupyter Dev Container…: framework, Python, CUDA, folder; then its files.
import type { App } from "../../../app/app.ts";
import { type Framework, frameworks } from "../../../core/scaffold/frameworks.ts";
import { jupyterDevcontainer } from "../../../core/scaffold/jupyterDevcontainer.ts";
import type { Choice, Ui } from "../../ui.ts";
import { launch } from "./launch.ts";

interface Created {
  folder: string;
  configFile: string;
  label: string;
}

const title = "New Jupyter Dev Container";

export async function newJupyterDevContainer(app: App, ui: Ui, target: string | undefined): Promise<void> {
  const made = await create(app, ui, target);
  if (!made) return;
  const now = "Launch";
  const chosen = await ui.say("info", `Wrote ${made.configFile} and its Dockerfile.`, now);
  const { folder, configFile, label } = made;
  if (chosen === now) await launch(app, ui, label, { folder, configFile, rebuild: false });
}

/** Undefined when a question was dismissed. */
async function create(app: App, ui: Ui, target: string | undefined): Promise<Created | undefined> {
  const framework = await ui.pick(
    `${title} (1/4): which framework?`,
    frameworks.map((one): Choice<Framework> => ({ label: one.name, value: one })),
  );
  if (!framework) return undefined;
  const python = await ui.pick(
    `${title} (2/4): which Python?`,
    framework.pythons.map((version, index) => ({
      label: `Python ${version}`,
      ...(index === 0 ? { description: "recommended" } : {}),
      value: version,
    })),
  );
  if (python === undefined) return undefined;
  const gpu = await ui.pick(`${title} (3/4): which CUDA?`, gpuChoices(framework));
  if (!gpu) return undefined;
  const folder = target ?? (await chooseFolder(app, ui));
  if (folder === undefined) return undefined;
  const made = jupyterDevcontainer({ framework, python, ...gpu });
  if ("problem" in made) {
    await ui.say("error", made.problem);
    return undefined;
  }
  const place = await freePlace(app, ui, folder, framework);
  if (place === undefined) return undefined;
  await app.devcontainerFiles.create(place, made.files);
  return {
    folder,
    configFile: join(place, "devcontainer.json"),
    label: `${framework.name}${gpu.cuda === undefined ? "" : `, CUDA ${gpu.cuda}`}`,
  };
}

interface GpuChoice {
  cuda: string | undefined;
  gpu: boolean;
}

function gpuChoices(framework: Framework): Choice<GpuChoice>[] {
  const withCuda = framework.cudas.map(
    ({ cuda, driver }, index): Choice<GpuChoice> => ({
      label: `CUDA ${cuda}`,
      description: `NVIDIA driver ${driver} or later${index === 0 ? ", recommended" : ""}`,
      detail: "Also starts on a machine without a GPU",
      icon: "chip",
      value: { cuda, gpu: true },
    }),
  );
  const own: Choice<GpuChoice>[] =
    withCuda.length > 0
      ? []
      : [
          {
            label: "A GPU where there is one",
            description: "without CUDA libraries: install your own",
            icon: "chip",
            value: { cuda: undefined, gpu: true },
          },
        ];
  return [
    ...withCuda,
    ...own,
    {
      label: "No GPU",
      description: "for the processor alone",
      icon: "circle-slash",
      value: { cuda: undefined, gpu: false },
    },
  ];
}

async function chooseFolder(app: App, ui: Ui): Promise<string | undefined> {
  const folders = app.workspace.folders();
  const other = Symbol("other");
  const picked = await ui.pick<string | typeof other>(`${title} (4/4): in which folder?`, [
    ...folders.map((folder) => ({
      label: folder.split(/[\\/]/).at(-1) ?? folder,
      description: folder,
      icon: "folder",
      value: folder,
    })),
    { label: "Another folder…", icon: "folder-opened", value: other },
  ]);
  if (picked !== other) return picked as string | undefined;
  return ui.input({
    title: `${title}: in which folder?`,
    prompt: "Absolute path of the folder that the container works in",
    check: (text) => (/^(?:\/|[A-Za-z]:[\\/])/.test(text) ? undefined : "Write an absolute path."),
  });
}

/** Nothing that is there is written over: a second one gets a folder of its own name, as the specification has it. */
async function freePlace(
  app: App,
  ui: Ui,
  folder: string,
  framework: Framework,
): Promise<string | undefined> {
  const first = join(folder, ".devcontainer");
  const files = app.devcontainerFiles;
  const isTaken = async (place: string) =>
    (await files.exists(join(place, "devcontainer.json"))) || (await files.exists(join(place, "Dockerfile")));
  const hasOne = (await isTaken(first)) || (await files.exists(join(folder, ".devcontainer.json")));
  if (!hasOne) return first;
  const name = await ui.input({
    title,
    prompt: "The folder has a dev container already. Name of the new one beside it",
    value: framework.id,
    check: (text) => (/^[A-Za-z0-9][\w.-]*$/.test(text) ? undefined : "Write letters, digits, - and _."),
  });
  if (name === undefined) return undefined;
  const place = join(first, name);
  if (!(await isTaken(place))) return place;
  await ui.say("warning", `${place} holds a dev container already. Choose another name.`);
  return undefined;
}

function join(folder: string, name: string): string {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return `${folder.replace(/[\\/]$/, "")}${separator}${name}`;
}
