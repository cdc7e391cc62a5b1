// What every page shows around its content, as data.
import type { AssetUrls } from "../assets.ts";
import type { Identity } from "../auth/identity.ts";

export type Frame = {
  assetUrls: AssetUrls;
  /** Null before the sign-in. */
  identity: Identity | null;
  /** Only a local session can be ended here; with Access the team's own sign-out does it. */
  canSignOut: boolean;
  path: string;
  /** Milliseconds since the epoch; pages count from it until the script takes over. */
  now: number;
};
