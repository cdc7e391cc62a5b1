// An event's name as people would say it.
import { UNKNOWN } from "../read-rows.ts";

/** `deal.stage_changed` is "Deal stage changed". */
export function eventWords(event: string): string {
  if (event === UNKNOWN) return "Details are on their way";
  const words = event.replaceAll(/[._]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
