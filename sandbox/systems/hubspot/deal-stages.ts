// What HubSpot computes from a deal's stage. Whoever changes `dealstage` gets these along; nobody can write them.

const PROBABILITY: Readonly<Record<string, string>> = {
  appointmentscheduled: "0.2",
  qualifiedtobuy: "0.4",
  presentationscheduled: "0.6",
  decisionmakerboughtin: "0.8",
  contractsent: "0.9",
  closedwon: "1.0",
  closedlost: "0.0",
};

/** The computed properties of a stage. `enteredAt` is when the deal entered it (ISO 8601). */
export function stageProperties(stage: string, enteredAt: string): Record<string, string> {
  return {
    hs_is_closed: String(stage === "closedwon" || stage === "closedlost"),
    hs_is_closed_won: String(stage === "closedwon"),
    hs_is_closed_lost: String(stage === "closedlost"),
    hs_deal_stage_probability: PROBABILITY[stage] ?? "0.0",
    hs_v2_date_entered_current_stage: enteredAt,
  };
}

/**
 * What a write to a deal changes besides what it names: a move to another stage dates it, and a move to a closed
 * stage sets the close date unless the write sets it itself. `before` is null for a new deal.
 */
export function afterDealWrite(
  before: Readonly<Record<string, string | null>> | null,
  written: Readonly<Record<string, string | null>>,
  now: string,
): Record<string, string> {
  const stage = written.dealstage;
  if (!stage || stage === before?.dealstage) return {};
  const computed = stageProperties(stage, now);
  const closes = computed.hs_is_closed === "true" && !("closedate" in written);
  return closes ? { ...computed, closedate: now } : computed;
}
