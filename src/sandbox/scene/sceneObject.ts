// An object of the scene and when it appears.
import type { NewObject } from "../api/store.ts";

export interface SceneObject {
  kind: string;
  object: NewObject;
  /** Milliseconds after the scene begins. */
  afterMs?: number;
}
