// The packages that a RUN installs: which tool, which packages, with which options.
import type { ShellWord } from "../syntax/shellTree.ts";
import type { BuildFile, Package, PackageInstall, PackageTool, RunCommand } from "./buildFile.ts";

interface ToolFacts {
  readonly tool: PackageTool;
  readonly programs: RegExp;
  readonly verbs: RegExp;
  /** Options that take the next word as their value. */
  readonly valued: RegExp;
  /** Splits a package's word into name and version. */
  readonly split: RegExp;
}

const TOOLS: readonly ToolFacts[] = [
  {
    tool: "apt",
    programs: /^apt(?:-get|itude)?$/,
    verbs: /^install$/,
    valued: /^(?:-o|-t|-c|--option|--target-release|--config-file)$/,
    split: /^([^=/]+)([=/].*)?$/,
  },
  {
    tool: "apk",
    programs: /^apk$/,
    verbs: /^add$/,
    valued:
      /^(?:-t|--virtual|-X|--repository|-p|--root|--repositories-file|--keys-dir|--cache-dir|--arch|--wait)$/,
    split: /^([^=<>~]+)([=<>~].*)?$/,
  },
  {
    tool: "yum",
    programs: /^yum$/,
    verbs: /^(?:install|localinstall)$/,
    valued:
      /^(?:-c|-d|-e|-R|-x|--config|--exclude|--enablerepo|--disablerepo|--installroot|--setopt|--releasever)$/,
    split: /^(.+?)(-\d[^/]*)?$/,
  },
  {
    tool: "dnf",
    programs: /^(?:micro)?dnf5?$/,
    verbs: /^(?:install|in)$/,
    valued:
      /^(?:-c|-d|-e|-R|-x|--config|--exclude|--enablerepo|--disablerepo|--installroot|--setopt|--releasever|--repo|--forcearch)$/,
    split: /^(.+?)(-\d[^/]*)?$/,
  },
  {
    tool: "zypper",
    programs: /^zypper$/,
    verbs: /^(?:install|in)$/,
    valued: /^(?:-t|-r|-R|--type|--repo|--from|--root|--cache-dir)$/,
    split: /^([^=<>]+?)([=<>].*|-\d[^/]*)?$/,
  },
  {
    tool: "pip",
    programs: /^pip(?:\d+(?:\.\d+)?)?$/,
    verbs: /^(?:install|download|wheel)$/,
    valued:
      /^(?:-r|-c|-e|-i|-f|-t|-w|-d|-C|-b|--(?:requirement|constraint|editable|index-url|pypi-url|extra-index-url|find-links|target|wheel-dir|dest|prefix|root|src|python-version|platform|abi|implementation|only-binary|no-binary|cache-dir|proxy|timeout|retries|trusted-host|log|upgrade-strategy|progress-bar|root-user-action|config-settings?|global-option|build-option|report|python|exists-action|cert|client-cert|keyring-provider|use-feature|use-deprecated|group))$/,
    split: /^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)(.*)$/,
  },
  {
    tool: "uv",
    programs: /^uv$/,
    verbs: /^(?:install|add|sync)$/,
    valued:
      /^(?:-r|-c|-e|-i|-f|-p|-C|-b|--(?:requirements?|constraints?|override|editable|index|default-index|index-url|extra-index-url|find-links|target|prefix|python|python-version|python-platform|index-strategy|keyring-provider|resolution|prerelease|link-mode|cache-dir|refresh-package|reinstall-package|upgrade-package|no-binary|only-binary|config-settings?|torch-backend|extra|group|only-group|no-group|package|project|directory|exclude-newer|build-constraints?|config-file))$/,
    split: /^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)(.*)$/,
  },
  {
    tool: "conda",
    programs: /^(?:conda|mamba|micromamba)$/,
    verbs: /^(?:install|create|update)$/,
    valued:
      /^(?:-n|-p|-c|-f|--(?:name|prefix|channel|file|solver|repodata-fn|subdir|platform|rc-file|root-prefix))$/,
    split: /^([\w.:/-]+)([=<>!].*)?$/,
  },
  {
    tool: "npm",
    programs: /^npm$/,
    verbs: /^(?:install|i|add|ci)$/,
    valued: /^(?:--(?:registry|prefix|loglevel|cache|userconfig|workspace|omit|include|tag)|-w|-C)$/,
    split: /^(@?[^@]+)(@.*)?$/,
  },
  {
    tool: "yarn",
    programs: /^yarn(?:pkg)?$/,
    verbs: /^(?:install|add)$/,
    valued: /^--(?:registry|cwd|cache-folder|modules-folder|network-timeout|mutex)$/,
    split: /^(@?[^@]+)(@.*)?$/,
  },
  {
    tool: "gem",
    programs: /^gem$/,
    verbs: /^(?:install|i)$/,
    valued:
      /^(?:-v|-i|-n|-s|-P|--(?:version|install-dir|bindir|source|platform|trust-policy|document|build-root))$/,
    split: /^([^:]+)(:.*)?$/,
  },
  {
    tool: "go",
    programs: /^go$/,
    verbs: /^install$/,
    valued:
      /^-(?:ldflags|tags|mod|modfile|gcflags|o|p|C|overlay|pgo|toolexec|asmflags|buildmode|compiler|installsuffix|pkgdir)$/,
    split: /^([^@]+)(@.*)?$/,
  },
];

export type InstallParts = Omit<PackageInstall, "command">;

/** Every install of a Dockerfile's RUN lines, in the order of the file. */
export function packageInstalls(file: BuildFile): PackageInstall[] {
  return file.runs.flatMap((run) => run.commands.flatMap(({ install }) => install ?? []));
}

/** What a command installs. */
export function packageInstall(command: Omit<RunCommand, "install">): InstallParts | undefined {
  const { program, args } = pythonModule(command);
  const facts = TOOLS.find((one) => one.programs.test(program));
  if (!facts) return undefined;
  // `uv pip install`, `uv add`, `conda env create`.
  const nested = facts.tool === "uv" ? /^pip$/ : facts.tool === "conda" ? /^env$/ : undefined;
  let verb: ShellWord | undefined;
  const options: { name: string; value: string | undefined; word: ShellWord }[] = [];
  const packages: Package[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (!word) continue;
    const { text } = word;
    if (text.startsWith("-") && text !== "-") {
      const equals = text.indexOf("=");
      const takes = equals === -1 && facts.valued.test(text);
      options.push({
        name: equals === -1 ? text : text.slice(0, equals),
        value: takes ? args[index + 1]?.text : equals === -1 ? undefined : text.slice(equals + 1),
        word,
      });
      if (takes) index++;
    } else if (!verb) {
      if (nested?.test(text)) continue;
      if (!facts.verbs.test(text)) return undefined;
      verb = word;
    } else packages.push(packageOf(word, facts));
  }
  return verb && { tool: facts.tool, verb, options, packages };
}

/** `python -m pip install` is pip. */
function pythonModule({
  program,
  args,
}: Pick<RunCommand, "program" | "args">): Pick<RunCommand, "program" | "args"> {
  if (!/^python(?:\d+(?:\.\d+)?)?$/.test(program)) return { program, args };
  const module = args.findIndex((word) => word.text === "-m");
  const name = args[module + 1]?.text;
  if (module === -1 || args.slice(0, module).some((word) => !word.text.startsWith("-")))
    return { program, args };
  return { program: name ?? "", args: args.slice(module + 2) };
}

function packageOf(word: ShellWord, { split }: ToolFacts): Package {
  const match = split.exec(word.text);
  return {
    word,
    name: (match?.[1] ?? word.text).toLowerCase(),
    version: (match?.[2] ?? "").trim(),
  };
}

/** True for a path, an address or a file rather than a name in the tool's index. */
export function isFileOrAddress({ word }: Package): boolean {
  return /^(?:\.{0,2}\/|~|\.$|\.\[)|:\/\/|^git\+|^file:|@\s*(?:git\+|https?:|file:)|\.(?:deb|rpm|apk|whl|tgz|zip|tar(?:\.\w+)?|gem)(?:\[|$)/.test(
    word.text,
  );
}

/** Whether one of these options is given. */
export function hasOption(install: PackageInstall, ...names: readonly string[]): boolean {
  return install.options.some((option) => names.includes(option.name));
}
