// Every metric as one table: the ledger counts by it, the console shows it and writes it as OpenMetrics, the dashboard of
// docs/ is held against it. Rules: a name ends in its unit where it has one; a label's values are words of ours, never
// anybody's name or address; a counter only grows.

export type Metric = {
  type: "counter" | "gauge" | "histogram";
  unit?: "seconds" | "ratio";
  labels: readonly string[];
  help: string;
};

export const METRICS = {
  signals_received: { type: "counter", labels: ["source"], help: "Signals received, each once." },
  fates_reached: {
    type: "counter",
    labels: ["fate", "source"],
    help: "Fates that signals came to, waiting among them.",
  },
  signals: { type: "gauge", labels: ["fate"], help: "Signals by the fate that they have now." },
  conservation_difference: {
    type: "gauge",
    labels: [],
    help: "Signals received less the sum of the fates; zero but for steps on their way.",
  },
  signals_stuck: { type: "gauge", labels: [], help: "Signals without a fate for over an hour, of those of a day." },
  signal_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: [],
    help: "From the arrival of a signal to its first fate.",
  },
  stage_seconds: { type: "histogram", unit: "seconds", labels: ["stage"], help: "Time that a stage took for a step." },
  decision_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: [],
    help: "From a proposal to a person's yes or no.",
  },
  objective: { type: "counter", labels: ["met"], help: "Signals by whether they had a fate within 15 minutes." },
  objective_met_ratio: {
    type: "gauge",
    unit: "ratio",
    labels: ["window"],
    help: "Share of signals with a fate within 15 minutes.",
  },
  error_budget_left_ratio: {
    type: "gauge",
    unit: "ratio",
    labels: ["window"],
    help: "What is left of the misses that the objective allows; below zero when overspent.",
  },
  burn_rate: {
    type: "gauge",
    labels: ["window"],
    help: "Misses to those that the objective allows; above 1 is too fast.",
  },
  steps: { type: "counter", labels: ["layer", "step"], help: "Steps of the trail." },
  retries: { type: "counter", labels: ["layer"], help: "Steps of a second or later attempt." },
  dead_letters: { type: "counter", labels: ["stage"], help: "Dead letters, those that came back among them." },
  dead_letters_open: { type: "gauge", labels: [], help: "Dead letters that wait for a person." },
  decisions: { type: "counter", labels: ["by"], help: "Decisions by rules, language model or fallback." },
  people_decided: { type: "counter", labels: ["step", "type"], help: "What people did with actions." },
  approvals_waiting: { type: "gauge", labels: [], help: "Actions that wait for a person." },
  approvals_overdue: { type: "gauge", labels: [], help: "Those past their deadline; to be zero." },
  actions_executed: { type: "counter", labels: ["type", "released_by"], help: "Actions done, by what released them." },
  actions_failed: { type: "counter", labels: ["type"], help: "Actions that failed for good." },
  queue_messages: { type: "gauge", labels: ["queue"], help: "Messages on a queue." },
  queue_oldest_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: ["queue"],
    help: "How long the oldest message of a queue has waited.",
  },
  breaker_open: { type: "gauge", labels: ["system"], help: "1 while calls to an outside system are held back." },
  credentials_refused: { type: "gauge", labels: ["system"], help: "1 while an outside system refuses our secret." },
  upstream_calls: { type: "counter", labels: ["system", "outcome"], help: "Calls: answered, failed, deferred." },
  upstream_seconds: {
    type: "counter",
    unit: "seconds",
    labels: ["system"],
    help: "How long the answered and the failed calls took together.",
  },
  model_calls: { type: "counter", labels: [], help: "Calls to the language model." },
  model_cost_usd: { type: "counter", labels: [], help: "What the language model cost, in US dollars." },
  model_spent_usd: { type: "gauge", labels: [], help: "Of that today, UTC." },
  model_budget_usd: { type: "gauge", labels: [], help: "What it may cost today." },
  operations: {
    type: "counter",
    labels: ["kind"],
    help: "Billed operations of the platform, as the Workers count them.",
  },
  signal_cost_usd: {
    type: "gauge",
    labels: ["window"],
    help: "Counted operations at list price for each signal received, in US dollars.",
  },
  alerts_firing: { type: "gauge", labels: ["kind"], help: "Alerts that are on." },
  job_last_run_timestamp_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: ["job"],
    help: "When a scheduled job last ran.",
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** Upper ends of the buckets of every histogram, in seconds; above the last is `+Inf`. 900 is the objective's own. */
export const BUCKET_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400,
] as const;
