// The model as `decide` sees it, from the deployment's variables. Rule: no provider is no model; settings that can't be
// used leave every decision to the fallback and every text to its template, and the trail says which one to mend.
import type { ModelPort } from "../model-port.ts";
import { type AskPorts, createAsk } from "./ask.ts";
import { composeByModel } from "./compose-by-model.ts";
import type { ConversePorts } from "./converse.ts";
import { decideByModel } from "./decide-by-model.ts";
import { type ModelVariables, readModelSettings } from "./settings.ts";

type ModelPorts = AskPorts & Omit<ConversePorts, "settings" | "ask">;

export function createModel(variables: ModelVariables, ports: ModelPorts): ModelPort | null {
  const read = readModelSettings(variables);
  if (read.kind === "none") return null;
  if (read.kind === "wrong") {
    const { reason } = read;
    return {
      decide: async () => ({
        kind: "fallback",
        reason,
        told: { purpose: "decide", outcome: "misconfigured", because: reason },
      }),
      compose: async (_event, draft) => {
        return { draft, told: { purpose: "compose", outcome: "misconfigured", because: reason } };
      },
    };
  }
  const { settings } = read;
  const conversePorts: ConversePorts = { ...ports, settings, ask: createAsk(settings, ports) };
  return {
    decide: (event, defaults) => decideByModel(event, defaults, conversePorts),
    compose: (event, draft, firing) => composeByModel(event, draft, firing, conversePorts),
  };
}
