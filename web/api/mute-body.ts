// What an alert is muted with; the API parses it and the OpenAPI document shows it.
import * as z from "zod";
import { Instant } from "#contract/envelope.ts";

/** `until` null unmutes it. A muted alert is still shown, and not told. */
export const MuteBody = z.strictObject({ alert: z.string().min(1).max(200), until: Instant.nullable() });
