// The event of `npm run doctor`: a signal like any other, whose plan is one alert that is released by its alarm after a
// second. `execute` claims and reports it, and calls nobody. Rule: it goes the whole way and has no effect outside, whoever
// approves, edits or sends it.

/** `type` of a message of Standard Webhooks, and so the event of its signal. */
export const CHECKUP_EVENT = "dealwire.checkup";

/** No ruleset can have a rule of this id: there, ids have no colon. */
export const CHECKUP_RULE = "dealwire:checkup";

export const CHECKUP_TTL_SECONDS = 1;
