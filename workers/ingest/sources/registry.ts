// Every source that is served: one line each. Rule: what is listed here answers at POST /hooks/{name}.
import { hubspot } from "./hubspot.ts";
import type { Source } from "./source.ts";
import { standard } from "./standard.ts";

export const SOURCES: readonly Source[] = [hubspot, standard];
