// What the desk needs from the outside, built once by worker.ts, and what each request carries. Rule: nothing below
// this line knows a binding, the clock or the environment.
import type { Log } from "#runtime/log.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import type { AssetTexts } from "./assets.ts";
import type { AccessPorts } from "./auth/access.ts";
import type { AuthSettings } from "./auth/authenticate.ts";
import type { Identity } from "./auth/identity.ts";
import type { Frame } from "./components/frame.ts";
import type { DealClient } from "./deal-client.ts";
import type { RawBodies } from "./raw-bodies.ts";
import type { ReadModel } from "./read-model.ts";

export type DeskDeps = AccessPorts &
  EnvelopePorts & {
    readModel: ReadModel;
    rawBodies: RawBodies;
    publish: Publish;
    deal: DealClient;
    settings: AuthSettings;
    assets: AssetTexts;
    /** 32 hex digits, a W3C trace-id. */
    newRequestId(): string;
    log: Log;
  };

export type DeskEnv = { Variables: { requestId: string; frame: Frame } };
/** Behind the sign-in. */
export type SignedInEnv = { Variables: DeskEnv["Variables"] & { identity: Identity } };
