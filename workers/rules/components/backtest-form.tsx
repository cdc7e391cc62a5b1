// Asks for a backtest of one version. Rule: a plain form; the answer is a page that grows while it runs.
import type { FieldError } from "#web/api/field-error.ts";

const DEFAULT_DAYS = 30;

export type BacktestFormProps = { version: string; days?: string; errors?: readonly FieldError[] };

export function BacktestForm({ version, days = String(DEFAULT_DAYS), errors = [] }: BacktestFormProps) {
  return (
    <form method="post" action={`/rules/${version}/backtest`} class="inline-form">
      <div>
        <label for="days">Days back, 1 to 90</label>
        <input id="days" name="days" type="number" min="1" max="90" required value={days} />
      </div>
      <button type="submit" class="primary">
        Run backtest
      </button>
      {errors.map(({ detail }) => (
        <p class="bad">{detail}</p>
      ))}
    </form>
  );
}
