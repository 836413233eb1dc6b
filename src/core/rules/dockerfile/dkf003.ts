// DKF003: packages of a language without a version.
import type { PackageInstall } from "../../image/buildFile.ts";
import { hasOption, isFileOrAddress, packageInstalls } from "../../image/packageInstalls.ts";
import type { Rule } from "../rule.ts";

const ALIASES: Readonly<Record<string, string>> = {
  pip: "DL3013",
  uv: "DL3013",
  npm: "DL3016",
  gem: "DL3028",
  go: "DL3062",
};
/** What installs the others is wanted new. */
const TOOLS = /^(?:pip|setuptools|wheel|uv|npm)$/;

export const dkf003: Rule = {
  id: "DKF003",
  aliases: Array.from(new Set(Object.values(ALIASES))),
  cases: true,
  title: "Python, Node, Ruby and Go packages have a version",
  severity: "information",
  profile: "strict",
  why: "The same file gives other results next month, and nobody knows which versions a model was trained with. A lock file or a requirements file with versions does the same.",
  source: "https://pip.pypa.io/en/stable/topics/repeatable-installs/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt && pip install --no-cache-dir torch==2.14.0
`,
  bad: `FROM python:3.12-slim
RUN pip install --no-cache-dir «transformers»
`,
  *check(file) {
    for (const install of packageInstalls(file)) {
      const alias = ALIASES[install.tool];
      const [first, ...others] = alias === undefined ? [] : unpinned(install);
      if (!first || alias === undefined) continue;
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      yield {
        at: install.command.run.place(first.word),
        message: `${first.name.slice(0, 40)}${more} will be installed in whatever version is newest that day.`,
        aliases: [alias],
      };
    }
  },
};

function unpinned(install: PackageInstall): PackageInstall["packages"] {
  const { tool, packages } = install;
  if (hasOption(install, "-c", "--constraint", "--constraints", "--override", "-v", "--version")) return [];
  if (tool === "uv" && !install.command.args.some((word) => word.text === "pip")) return [];
  return packages.filter(
    (one) =>
      one.version === "" &&
      one.word.expansions.length === 0 &&
      !TOOLS.test(one.name) &&
      !isFileOrAddress(one) &&
      !one.name.startsWith(".") &&
      // `go install tool` takes what go.mod names.
      !(tool === "go" && !one.name.includes(".")),
  );
}
