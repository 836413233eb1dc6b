// Asks a cluster which kinds it serves: in two requests where it can say it so, else group by group.
import type { Signal } from "../../base/signal.ts";
import {
  aggregatedDiscovery,
  type Discovery,
  firstOfEach,
  readAggregated,
  readGroups,
  readResources,
  type ServedKind,
  type SilentVersion,
  apiServicePath,
  unavailableCause,
} from "../../core/kube/served.ts";
import { ApiFailure } from "./apiFailure.ts";
import type { Transport } from "./transport.ts";

const AT_ONCE = 8;

/** @throws ApiFailure */
export async function discover(transport: Transport, signal: Signal): Promise<Discovery> {
  const accept = `${aggregatedDiscovery},application/json`;
  const [core, others] = await Promise.all(
    ["/api", "/apis"].map((path) => transport.json({ path, accept }, signal)),
  );
  const [first, rest] = [readAggregated(core), readAggregated(others)];
  if (first && rest) {
    const silent = [...first.silent, ...rest.silent];
    return { kinds: [...first.kinds, ...rest.kinds], silent: await withCauses(transport, silent, signal) };
  }
  const found = await groupByGroup(transport, others, signal);
  return { ...found, silent: await withCauses(transport, found.silent, signal) };
}

/** The cluster knows more of why than a call that fails. */
function withCauses(
  transport: Transport,
  silent: readonly SilentVersion[],
  signal: Signal,
): Promise<SilentVersion[]> {
  return Promise.all(
    silent.map(async (one) => {
      try {
        const cause = unavailableCause(await transport.json({ path: apiServicePath(one) }, signal));
        return cause === undefined ? one : { ...one, cause };
      } catch (error) {
        // Who may not read it sees what the call said.
        if (!(error instanceof ApiFailure)) throw error;
        return one;
      }
    }),
  );
}

async function groupByGroup(transport: Transport, groups: unknown, signal: Signal): Promise<Discovery> {
  const places = [
    { group: "", version: "v1" },
    ...readGroups(groups).flatMap(({ group, versions }) => versions.map((version) => ({ group, version }))),
  ];
  const found = new Map<string, ServedKind[]>();
  const silent: SilentVersion[] = [];
  const waiting = places.values();
  const ask = async () => {
    for (const { group, version } of waiting) {
      const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      try {
        found.set(path, readResources(await transport.json({ path }, signal), group, version));
      } catch (error) {
        // An aggregated API whose server is away: the others are still there.
        if (!(error instanceof ApiFailure)) throw error;
        silent.push({ version: `${group}/${version}`, cause: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  // In the order of the places, whichever answered first.
  const kinds = places.flatMap(({ group, version }) => {
    return found.get(group === "" ? `/api/${version}` : `/apis/${group}/${version}`) ?? [];
  });
  return { kinds: firstOfEach(kinds), silent };
}
