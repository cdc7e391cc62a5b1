// What every site (a Worker with pages) needs from the outside, built once by its worker.ts, and what each request
// carries. Rule: nothing below this line knows a binding, the clock or the environment.
import type { Log } from "#runtime/log.ts";
import type { AssetTexts } from "./assets.ts";
import type { AuthPorts, AuthSettings } from "./auth/authenticate.ts";
import type { Identity } from "./auth/identity.ts";
import type { Frame } from "./components/frame.ts";

export type SiteDeps = AuthPorts & {
  settings: AuthSettings;
  assets: AssetTexts;
  /** 32 hex digits, a W3C trace-id. */
  newRequestId(): string;
  log: Log;
};

export type SiteEnv = { Variables: { requestId: string; frame: Frame } };
/** Behind the sign-in. */
export type SignedInEnv = { Variables: SiteEnv["Variables"] & { identity: Identity } };
