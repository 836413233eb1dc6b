// Writes a dev container for notebooks: devcontainer.json and Dockerfile, as texts.
import { jupyterPort } from "../devcontainer/names.ts";
import type { Framework } from "./frameworks.ts";

export interface JupyterDevcontainer {
  framework: Framework;
  /** One of the framework's. */
  python: string;
  /** One of the framework's, or none for the processor alone. */
  cuda: string | undefined;
  /** The container may use a GPU where there is one. */
  gpu: boolean;
}

/** The user in the container; the command line gives it the number of the person's own. */
const user = "dev";

/** File names, relative to the `.devcontainer` folder, and what is in them; a problem where versions don't fit. */
export function jupyterDevcontainer(
  choice: JupyterDevcontainer,
): { files: Record<"devcontainer.json" | "Dockerfile", string> } | { problem: string } {
  const { framework, python, cuda } = choice;
  if (!framework.pythons.includes(python)) {
    return { problem: `${framework.name} has no packages for Python ${python}.` };
  }
  const with_ = framework.cudas.find((one) => one.cuda === cuda);
  if (cuda !== undefined && !with_) {
    return { problem: `${framework.name} has no packages for CUDA ${cuda}.` };
  }
  const packages = with_?.packages ?? framework.cpuPackages;
  const title = `${framework.name}${cuda === undefined ? "" : `, CUDA ${cuda}`}`;
  const gpu = choice.gpu || cuda !== undefined;
  return {
    files: {
      "devcontainer.json": devcontainerText(title, gpu),
      Dockerfile: dockerfileText(framework, python, packages, with_?.driver),
    },
  };
}

function devcontainerText(title: string, gpu: boolean): string {
  return `{
  "name": ${JSON.stringify(title)},
  "build": { "dockerfile": "Dockerfile" },
${
  gpu
    ? `  // With a GPU where the machine has one, and without where it has none.
  "hostRequirements": { "gpu": "optional" },
`
    : ""
}  "runArgs": [
    // Data loaders with several workers need more than Docker's 64 MB.
    "--shm-size=8g",
    // Jupyter on a free port of this machine, reached from this machine only.
    "--publish=127.0.0.1::${jupyterPort}"
  ],
  "remoteUser": "${user}",
  "customizations": {
    "vscode": { "extensions": ["ms-python.python", "ms-toolsai.jupyter"] }
  }
}
`;
}

function dockerfileText(
  framework: Framework,
  python: string,
  packages: readonly string[],
  driver: string | undefined,
): string {
  const install = (words: readonly string[]) =>
    `RUN --mount=type=cache,target=/root/.cache/pip \\\n    pip install ${words.map(shellWord).join(" ")}\n`;
  const note =
    driver === undefined
      ? ""
      : `# The packages bring their own CUDA libraries: the machine needs an NVIDIA driver of ${driver} or later.\n# ${framework.source}\n`;
  return `FROM python:${python}-bookworm

${install(["jupyterlab==4.*", "ipykernel", "ipywidgets"])}
${packages.length === 0 ? "" : `${note}${install(packages)}\n`}# Not root: files that notebooks write belong to you.
RUN useradd --create-home --shell /bin/bash ${user}
USER ${user}
`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !word.includes("=") ? word : `"${word}"`;
}
