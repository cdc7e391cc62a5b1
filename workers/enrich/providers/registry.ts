// Every provider of context, one line each. A record is read in the system that its reference names; a person or a
// company that no record names is looked for in this order.
import { hubspot } from "./hubspot.ts";
import type { Provider } from "./provider.ts";
import { createSalesforceProvider } from "./salesforce.ts";

export const PROVIDERS: readonly Provider[] = [hubspot, createSalesforceProvider(new Map())];
