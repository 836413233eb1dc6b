// What a watch writes into the log: how it stands when that is news, and the first of its bugs.
import { type Log, stackText } from "../../base/log.ts";
import type { WatchState } from "./reflector.ts";

export interface WatchLog {
  state: (state: WatchState) => void;
  bug: (error: unknown) => void;
}

/** @param name which watch, as `dev: pods in ml`. */
export function watchLog(name: string, log: Log): WatchLog {
  let last = "";
  let bugs = 0;
  return {
    state(state) {
      const now = state.state === "live" ? "live" : `${state.state} ${state.trouble.text}`;
      if (now !== last) log.info(`watch ${name} · ${state.state}${detail(state)}`);
      last = now;
    },
    bug(error) {
      if (bugs++ === 0) log.error(`A bug in the watch ${name}, which goes on: ${stackText(error)}`);
    },
  };
}

function detail(state: WatchState): string {
  return state.state === "live" ? "" : ` · ${state.trouble.detail ?? state.trouble.text}`;
}
