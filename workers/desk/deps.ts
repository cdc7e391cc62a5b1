// What the desk needs besides the shell's own.
import type { ControlsRpc } from "#contract/controls.ts";
import type { SiteDeps } from "#web/deps.ts";
import type { DealClient } from "./deal-client.ts";
import type { Directory } from "./directory.ts";
import type { LiveClient } from "./live-client.ts";
import type { ReadModel } from "./read-model.ts";

export type DeskDeps = SiteDeps & {
  readModel: ReadModel;
  deal: DealClient;
  directory: Directory;
  /** A fresh stub at each call. */
  controls(): Omit<ControlsRpc, "record">;
  live: Pick<LiveClient, "connect">;
  /** Answers what Slack sends to /slack/interactions; its signature lets it in. */
  slack(request: Request): Promise<Response>;
  /** The OpenAPI document as text, written by scripts/openapi.ts. */
  openApi: string;
  /** What a person can choose from when they reject. */
  rejectReasons: readonly string[];
};
