// Where a Dockerfile installs PyTorch, in which version and for which CUDA.
import type { Span } from "../syntax/lines.ts";
import type { ShellWord } from "../syntax/shellTree.ts";
import type { BuildFile, PackageInstall, RunScript } from "./buildFile.ts";
import { packageInstalls } from "./packageInstalls.ts";

export interface TorchInstall {
  readonly install: PackageInstall;
  /** The word `torch…`. */
  readonly word: Span;
  /** As `2.4.0` or `2.4.*`; undefined for the newest. */
  readonly version: string | undefined;
  /** Another version than a fixed one or the newest, or one that is not known here. */
  readonly open: boolean;
  /** `cu118`, `cpu`, `rocm6.2`: what the wheel is built for; undefined where nothing says. */
  readonly tag: string | undefined;
  /** Where the tag stands, to the letter; undefined where it comes from a variable. */
  readonly tagSpan: Span | undefined;
  /** Some package index other than PyPI is asked, which may have anything. */
  readonly otherIndex: boolean;
}

const INDEX_OPTIONS = new Set([
  "-i",
  "-f",
  "--index-url",
  "--pypi-url",
  "--extra-index-url",
  "--find-links",
  "--index",
  "--default-index",
  "--torch-backend",
]);
const INDEX_VARIABLES = [
  "PIP_INDEX_URL",
  "PIP_EXTRA_INDEX_URL",
  "PIP_FIND_LINKS",
  "UV_INDEX",
  "UV_DEFAULT_INDEX",
  "UV_INDEX_URL",
  "UV_EXTRA_INDEX_URL",
  "UV_TORCH_BACKEND",
];
const TAG = /(?:\/whl\/(?:nightly\/|test\/)?|^)(cu\d{2,3}|cpu|rocm[\d.]+|xpu)(?=[/\s?#]|$)/;

export function torchInstalls(file: BuildFile): TorchInstall[] {
  return packageInstalls(file).flatMap((install) => {
    if (install.tool !== "pip" && install.tool !== "uv") return [];
    return install.packages
      .filter(({ name }) => /^torch(?:\[|$)/.test(name))
      .map(({ word, version }) => torchInstall(install, word, version));
  });
}

function torchInstall(install: PackageInstall, word: ShellWord, written: string): TorchInstall {
  const { run } = install.command;
  const version = replaced(run, written);
  const exact = /^(?:===?|~=)\s*(\d+\.\d+[\w.*]*)(?:\+(\w[\w.]*))?$/.exec(version ?? "");
  const index = indexTag(install);
  const local = exact?.[2];
  const at = local === undefined ? -1 : word.text.indexOf(`+${local}`);
  const wordSpan = run.place(word);
  const localSpan =
    at !== -1 && wordSpan.end - wordSpan.start === word.end - word.start
      ? tail(run, word, local ?? "")
      : undefined;
  return {
    install,
    word: wordSpan,
    version: exact?.[1],
    open: version === undefined || (version !== "" && !exact && !/^>=?\s*[\d.]+$/.test(version)),
    tag: local ?? index.tag,
    tagSpan: local === undefined ? index.span : localSpan,
    otherIndex: index.other,
  };
}

/** The place of a text at the end of a word, which a quote may follow. */
function tail(run: RunScript, word: ShellWord, text: string): Span {
  const quote = word.quoted ? 1 : 0;
  return run.place({ start: word.end - quote - text.length, end: word.end - quote });
}

function indexTag({ options, command }: PackageInstall): { tag?: string; span?: Span; other: boolean } {
  const { run } = command;
  let other = false;
  for (const { name, value, word } of options) {
    if (!INDEX_OPTIONS.has(name) || value === undefined) continue;
    const text = replaced(run, value) ?? "";
    const tag = TAG.exec(text)?.[1];
    if (tag === undefined) {
      other = true;
      continue;
    }
    const valueWord = command.args.find((one) => one.text === value) ?? word;
    const written = valueWord.text.lastIndexOf(tag);
    const plain = !valueWord.quoted && valueWord.end - valueWord.start === valueWord.text.length;
    if (written === -1 || !plain) return { tag, other };
    const start = valueWord.start + written;
    return { tag, span: run.place({ start, end: start + tag.length }), other };
  }
  for (const name of INDEX_VARIABLES) {
    const value =
      run.stage.variables.get(name, run.step.number) ??
      command.command.assignments.find((word) => word.text.startsWith(`${name}=`))?.text;
    if (value === undefined) continue;
    const tag = TAG.exec(value.slice(value.indexOf("=") + 1))?.[1];
    if (tag !== undefined) return { tag, other };
    other = true;
  }
  return { other };
}

/** A text with its variables replaced by what ARG and ENV gave them; undefined when one is not known. */
function replaced(run: RunScript, text: string): string | undefined {
  let known = true;
  const result = text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
    const value = run.stage.variables.get(braced ?? plain ?? "", run.step.number);
    if (value === undefined) known = false;
    return value ?? "";
  });
  return known && !/[$`]/.test(result) ? result : undefined;
}
