// A sentence of the trail that names an instant, told in the reader's own zone like every other time.
import { Moment } from "./moment.tsx";

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

export function WithMoments({ text }: { text: string }) {
  // What the pattern captures stands at the odd places.
  return <>{text.split(INSTANT).map((part, at) => (at % 2 === 1 ? <Moment at={part} /> : part))}</>;
}
