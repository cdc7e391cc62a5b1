// One readable list on the sandbox's page: what a stand-in received, in words. A system brings its own in the registry.
import type { Deps } from "./deps.ts";

/** `at` is ISO 8601 UTC; `text` may have line breaks. Everything is escaped where it is shown. */
export type Item = { at: string; title: string; text: string };

export type Section = {
  title: string;
  /** Said when there is nothing yet. */
  empty: string;
  items(deps: Deps): Item[];
};
