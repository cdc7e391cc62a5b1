// What the desk needs besides the shell's own.
import type { SiteDeps } from "#web/deps.ts";
import type { DealClient } from "./deal-client.ts";
import type { ReadModel } from "./read-model.ts";

export type DeskDeps = SiteDeps & { readModel: ReadModel; deal: DealClient };
