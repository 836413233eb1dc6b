// A process of its own with many watches of one cluster, for tests that stop it in the middle: `node manyWatches.ts URL 100`.
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import { targetOf } from "./watching.ts";

const [url = "", many = "100"] = process.argv.slice(2);
const connection = new Connection(targetOf(url), systemClock, silentLog);
const pod = kindNamed("Pod");
if (!pod) throw new Error("no kind Pod");
for (let index = 0; index < Number(many); index++)
  connection.watch(pod, `ns-${index}`, { onEvents() {}, onState() {} });
process.once("disconnect", () => connection.dispose());
