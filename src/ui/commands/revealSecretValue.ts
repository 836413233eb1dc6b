// Shows one value of a Secret in a document that is only read: nothing else in the window shows any.
import { Trouble } from "../../base/trouble.ts";
import { bytesText, secretKeys, secretText } from "../../core/kube/secret.ts";
import { command } from "../command.ts";
import { chooseObject, targetText } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";

export const revealSecretValue = command({
  id: "slipway.revealSecretValue",
  title: "Reveal Secret Value…",
  icon: "eye",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bsecret\\b/",
      group: "1_read@3",
    },
  ],
  async run(app, ui, target) {
    const chosen = await chooseObject(app, ui, target, "Reveal a value of which Secret?", ["Secret.core"], {
      hand: "secret",
    });
    if (!chosen) return;
    const secret = await ui.progress(`Reading ${targetText(chosen)}`, async (_progress, signal) => {
      const cluster = await app.clusters.open(chosen.context);
      return cluster.connection.get(await placeOf(cluster, chosen), signal);
    });
    if (!secret) return;
    const keys = secretKeys(secret);
    if (keys.length === 0) throw new Trouble("not-found", `${targetText(chosen)} has no values.`);
    const key = await ui.pick(
      `Reveal which value of ${chosen.name}?`,
      keys.map((one) => ({ label: one.key, description: bytesText(one.bytes), value: one.key })),
      "It is shown until you close its tab.",
    );
    if (key === undefined) return;
    await ui.document(`${chosen.name} · ${key} (${chosen.context})`, "plaintext", secretText(secret, key));
  },
});
