// Every provider of context, one line each. A signal is looked up in the system of the record it names.
import { hubspot } from "./hubspot.ts";
import type { Provider } from "./provider.ts";

export const PROVIDERS: readonly Provider[] = [hubspot];
