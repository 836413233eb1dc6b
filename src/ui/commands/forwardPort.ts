// Forwards a port of a pod, a workload or a Service to this machine.
import type { App } from "../../app/app.ts";
import { usualLocalPort } from "../../app/jobs/forward/spec.ts";
import { Trouble } from "../../base/trouble.ts";
import type { ForwardPort } from "../../core/serving/forwardPorts.ts";
import { command } from "../command.ts";
import { targetLabel } from "../rows/endpoints/row.ts";
import { chooseObject, podKinds, type ObjectTarget } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";
import type { Ui } from "../ui.ts";

/** Its knowledge of manifests is too large for activation. */
const knowledge = () => import("../../core/serving/forwardPorts.ts");

export const forwardPort = command({
  id: "slipway.forwardPort",
  title: "Forward Port…",
  icon: "plug",
  needsTrust: true,
  menus: [
    { place: "view/title", when: "view == slipway.endpoints", group: "navigation@1" },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bforwardable\\b/",
      group: "2_reach@1",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Forward a port of what?", podKinds, {
      hand: "forwardable",
    });
    if (!object?.namespace) return;
    const port = await choosePort(app, ui, object);
    if (!port) return;
    const { context, namespace, kind, name } = object;
    const forward = await ui.progress(`Forwarding port ${port.port} of ${kind} ${name}`, async () =>
      app.forwards.add({
        context,
        namespace,
        kind,
        name,
        port: port.port,
        ...(port.name === undefined || kind === "Service" ? {} : { portName: port.name }),
        ...(port.server === undefined ? {} : { server: port.server }),
        localPort: usualLocalPort(port.port),
      }),
    );
    if (!forward) return;
    if (forward.state.kind === "failed") throw new Trouble("failed", forward.state.why);
    if (forward.url === undefined) return;
    const moved = forward.movedTo === undefined ? "" : ` (local port ${forward.spec.localPort} is taken)`;
    const said = `${targetLabel(forward.spec)} is at ${forward.url}${moved}.`;
    const chosen = await ui.say("info", said, "Open", "Copy URL");
    const { url } = forward;
    if (url !== undefined && chosen === "Open") await ui.openUrl(url);
    if (url !== undefined && chosen === "Copy URL") await ui.copy(url);
  },
});

async function choosePort(app: App, ui: Ui, object: ObjectTarget): Promise<ForwardPort | undefined> {
  const ports = await ui.progress(`Asking for the ports of ${object.name}`, async (_progress, signal) => {
    const { forwardPorts } = await knowledge();
    const cluster = await app.clusters.open(object.context);
    return forwardPorts(await cluster.connection.get(await placeOf(cluster, object), signal));
  });
  if (!ports) return undefined;
  if (ports.length === 0) return askPort(ui, object);
  const [only] = ports;
  if (ports.length === 1) return only;
  const other = Symbol("other");
  const picked = await ui.pick<ForwardPort | typeof other>(`Forward which port of ${object.name}?`, [
    ...ports.map((port) => ({
      label: String(port.port),
      description: [port.server, port.name].filter((word) => word !== undefined).join(" · "),
      value: port,
    })),
    { label: "Another port…", value: other },
  ]);
  return picked === other ? askPort(ui, object) : (picked as ForwardPort | undefined);
}

async function askPort(ui: Ui, object: ObjectTarget): Promise<ForwardPort | undefined> {
  const typed = await ui.input({
    title: `Forward which port of ${object.name}?`,
    prompt: "A port from 1 to 65535",
    check: (text) => (portOf(text) === undefined ? "Type a port from 1 to 65535." : undefined),
  });
  const port = typed === undefined ? undefined : portOf(typed);
  return port === undefined ? undefined : { port, name: undefined, server: undefined };
}

function portOf(text: string): number | undefined {
  const port = Number(text.trim());
  return /^\d+$/.test(text.trim()) && port >= 1 && port <= 65_535 ? port : undefined;
}
