// An object as a document: what is saved is tried, shown as a difference, asked for, and only then sent.
import type { App } from "../../../app/app.ts";
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import { Trouble } from "../../../base/trouble.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import { type KubeObject, text } from "../../../core/kube/object.ts";
import type { Ui } from "../../ui.ts";
import { confirmChange, mayChange, whereLines } from "./change.ts";
import { type ObjectTarget, targetText } from "./choose.ts";
import { readTarget } from "./patch.ts";
import { placeOf } from "./read.ts";

/** Its YAML parser is too much to load before anybody edits anything. */
const knowledge = () => import("../../../core/kube/editText.ts");

const COMPARE = "Compare";
const MINE = "Overwrite with Mine";
const THEIRS = "Reload";

export async function editLive(app: App, ui: Ui, target: ObjectTarget): Promise<void> {
  const first = await readTarget(app, ui, target);
  if (!first) return;
  refuseSecret(first);
  const { editText } = await knowledge();
  const edit = new LiveEdit(app, ui, target, first);
  const { context, namespace, name } = target;
  const kind = kindWord(target.kind);
  await ui.edit({
    path: [context, namespace ?? "cluster", kind, `${name}.yaml`],
    text: editText(first),
    save: (written) => edit.save(written),
  });
}

function refuseSecret(object: KubeObject): void {
  if (text(object, "kind") !== "Secret") return;
  throw new Trouble("refused-by-policy", "The values of a Secret are not shown, so it can't be edited here.");
}

class LiveEdit {
  readonly #app: App;
  readonly #ui: Ui;
  readonly #target: ObjectTarget;
  /** What the text in the editor was made from. */
  #base: KubeObject;

  constructor(app: App, ui: Ui, target: ObjectTarget, base: KubeObject) {
    this.#app = app;
    this.#ui = ui;
    this.#target = target;
    this.#base = base;
  }

  /** @returns the text that stands in the cluster then; undefined when the person leaves it. */
  async save(written: string): Promise<string | undefined> {
    const { editText, editedObject } = await knowledge();
    mayChange(this.#app, this.#target.context);
    for (;;) {
      const edited = editedObject(written, this.#base);
      if ("problem" in edited) throw new Trouble("bad-input", edited.problem);
      const tried = await this.#send(edited.object, true);
      if (tried === undefined) return undefined;
      if (tried !== "conflict") {
        const before = editText(this.#base);
        const after = editText(tried);
        if (before === after) return after;
        if (!(await this.#isSure(before, after))) return undefined;
        const done = await this.#send(edited.object, false);
        if (done === undefined) return undefined;
        if (done !== "conflict") {
          this.#base = done;
          return editText(done);
        }
      }
      const now = await readTarget(this.#app, this.#ui, this.#target);
      if (!now) return undefined;
      if (text(now, "metadata", "uid") !== this.#target.uid) {
        const what = `${targetText(this.#target)} was deleted and made anew`;
        throw new Trouble("conflict", `${what}: nothing was saved. Open the new one.`);
      }
      const theirs = editText(now);
      // Only its status or the like has changed since: that is no conflict.
      if (theirs !== editText(this.#base) && !(await this.#overwrites(theirs, written))) {
        if (this.#wantsTheirs) {
          this.#base = now;
          return theirs;
        }
        return undefined;
      }
      this.#base = now;
    }
  }

  #wantsTheirs = false;

  /** True to go on over what somebody else changed. */
  async #overwrites(theirs: string, mine: string): Promise<boolean> {
    const { name } = this.#target;
    const kind = kindWord(this.#target.kind);
    this.#wantsTheirs = false;
    for (;;) {
      const picked = await this.#ui.pick(`${kind} ${name} was changed by somebody else in the meantime`, [
        { label: COMPARE, description: "what is in the cluster now beside yours", value: COMPARE },
        { label: MINE, description: "what they changed is lost; you see it before it is sent", value: MINE },
        { label: THEIRS, description: "what you changed is lost", value: THEIRS },
      ]);
      if (picked === COMPARE) {
        await this.#ui.compare(`${kind} ${name}: in the cluster ↔ yours`, theirs, mine);
        continue;
      }
      this.#wantsTheirs = picked === THEIRS;
      return picked === MINE;
    }
  }

  async #isSure(before: string, after: string): Promise<boolean> {
    const { context, name } = this.#target;
    const kind = kindWord(this.#target.kind);
    await this.#ui.compare(`${kind} ${name}: in the cluster ↔ as it will be`, before, after);
    return confirmChange(this.#app, this.#ui, {
      context,
      question: `Change ${kind} ${name} as shown?`,
      detail: [...whereLines(this.#target), "", "The server has tried it and takes it."].join("\n"),
      action: "Change",
      name,
    });
  }

  async #send(object: KubeObject, dryRun: boolean): Promise<KubeObject | "conflict" | undefined> {
    const title = `${dryRun ? "Trying" : "Changing"} ${targetText(this.#target)}`;
    // A failure belongs to the save, where the editor shows it; a notification would be a second one.
    let failure: unknown;
    const sent = await this.#ui.progress(title, async (_progress, signal) => {
      const cluster = await this.#app.clusters.open(this.#target.context);
      return replaced(cluster, this.#target, { object, dryRun }, signal).catch((error: unknown) => {
        failure = error;
        return undefined;
      });
    });
    if (failure !== undefined && Trouble.is(failure)) throw failure;
    return sent;
  }
}

async function replaced(
  cluster: Cluster,
  target: ObjectTarget,
  wish: { object: KubeObject; dryRun: boolean },
  signal: AbortSignal,
): Promise<KubeObject | "conflict"> {
  try {
    return await cluster.connection.replace(await placeOf(cluster, target), wish, signal);
  } catch (error) {
    if (Trouble.is(error, "conflict")) return "conflict";
    throw error;
  }
}
