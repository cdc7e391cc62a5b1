// update_crm, as it is in every CRM: read the field, keep what is there, write it; to take it back, restore what was
// there unless somebody changed the field since. Rule: what a person wrote after us is never overwritten, it is told.
import type * as z from "zod";
import { UpdateCrm } from "#contract/action.ts";
import type { Effect, Undo } from "#contract/action-state.ts";
import type { CallResult } from "#runtime/http.ts";
import {
  type ActionAdapter,
  type ActionPorts,
  type ActionSettings,
  type Attempt,
  actionAdapter,
} from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { type CompensationOutcome, takingBackFailed } from "./compensation-outcome.ts";

type Params = z.infer<typeof UpdateCrm>["params"];
type Value = string | null;

/** One field of one record in one CRM. */
type Field = {
  /** `deals/332507367156`, for people and as the effect's id. */
  name: string;
  /** Its record's page, once it was read. */
  url(): string | null;
  read(): Promise<CallResult<Value>>;
  /** Answers the value as the CRM keeps it. */
  write(value: Value): Promise<CallResult<Value>>;
};

type Opened =
  | { ok: true; field: Field }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" | "rejected" }> };
type Open = (params: Params, attempt: Attempt, ports: ActionPorts) => Opened;

export function fieldChange(
  target: "hubspot" | "salesforce",
  title: string,
  secret: keyof ActionSettings,
  open: Open,
): ActionAdapter {
  const perform = async (params: Params, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome> => {
    const opened = open(params, attempt, ports);
    if (!opened.ok) return opened.outcome;
    const { field } = opened;
    const executed = (old: Value | undefined, written: Value): ActionOutcome => ({
      kind: "executed",
      effect: {
        external_id: `${field.name}/${params.property}`,
        url: field.url(),
        summary: `set ${params.property} of ${title} ${field.name}`.slice(0, 500),
        at: new Date(ports.now()).toISOString(),
        undo: old === undefined ? null : { value: old, written },
      },
    });
    const current = await field.read();
    if (!current.ok) return callFailed(current.failure, attempt.maybeDone ? "lookup" : "preparation", secret);
    const { value } = current;
    const kept = attempt.maybeDone ? valueIn(attempt.kept) : undefined;
    // An earlier attempt wrote it, or somebody else did: either way there is nothing to write.
    if (isSame(value, params.value)) return executed(attempt.maybeDone ? kept : value, value);
    if (kept !== undefined && !isSame(value, kept)) {
      const reason =
        `an earlier attempt may have set ${params.property} of ${field.name}, and it is ${quoted(value)} now; ` +
        `before it was ${quoted(kept)}, and it was to be ${quoted(params.value)}`;
      return { kind: "unknown", reason };
    }
    if (ports.keep !== undefined && !(await ports.keep({ value }))) {
      const reason = "the value from before could not be kept, so nothing was written";
      return { kind: "retry", reason, afterSeconds: null, effectUnknown: false };
    }
    const written = await field.write(params.value);
    return written.ok ? executed(value, written.value) : callFailed(written.failure, "effect", secret);
  };

  const restore = async (
    params: Params,
    effect: Effect,
    attempt: Attempt,
    ports: ActionPorts,
  ): Promise<CompensationOutcome> => {
    const opened = open(params, attempt, ports);
    if (!opened.ok) {
      if (opened.outcome.kind === "credentials") return opened.outcome;
      return { kind: "compensation_failed", reason: opened.outcome.reason, remains: byHand(params, undefined) };
    }
    const { field } = opened;
    const old = valueIn(effect.undo);
    if (old === undefined) {
      const reason = "the value from before is not known";
      return { kind: "compensation_failed", reason, remains: byHand(params, undefined) };
    }
    const setBack = `Set ${params.property} of ${params.record} back to ${quoted(old)}.`;
    const current = await field.read();
    if (!current.ok) return takingBackFailed(current.failure, setBack, secret);
    const { value } = current;
    if (isSame(value, old)) return { kind: "compensated", summary: `${params.property} has its value from before` };
    if (!isSame(value, writtenIn(effect) ?? params.value)) {
      const reason = `${params.property} was changed to ${quoted(value)} since, so it was left alone`;
      return { kind: "compensation_failed", reason, remains: byHand(params, old) };
    }
    const written = await field.write(old);
    if (!written.ok) return takingBackFailed(written.failure, setBack, secret);
    return { kind: "compensated", summary: `${params.property} has its value from before again` };
  };

  return actionAdapter(UpdateCrm, target, perform, restore);
}

/** CRMs keep an empty field as null or as an empty text, and a number with or without its zeros. */
function isSame(a: Value, b: Value): boolean {
  const [left, right] = [a ?? "", b ?? ""];
  if (left === right) return true;
  return left.trim() !== "" && right.trim() !== "" && Number(left) === Number(right);
}

/** The value from before in what was kept; undefined when none was. */
function valueIn(undo: Undo | null): Value | undefined {
  const value = undo?.value;
  return value === null || typeof value === "string" ? value : undefined;
}

function writtenIn({ undo }: Effect): Value | undefined {
  const written = undo?.written;
  return written === null || typeof written === "string" ? written : undefined;
}

function byHand({ property, record }: Params, old: Value | undefined): string {
  return `Look at ${property} of ${record}${old === undefined ? "" : `; it was ${quoted(old)} before`}.`;
}

function quoted(value: Value): string {
  return value === null || value === "" ? "empty" : JSON.stringify(value.slice(0, 200));
}
