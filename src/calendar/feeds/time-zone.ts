/**
 * A zone as calendars want it told (RFC 5545, 3.6.5). It is made from the same rules that days are worked out with here, so a calendar comes to the
 * same instants whatever its own tables say; of the libraries that carry such texts one is eight years old, and neither knows every zone.
 */
type Change = { at: Temporal.PlainDateTime; before: number; after: number };

const minutesOf = (moment: Temporal.ZonedDateTime): number => Math.round(moment.offsetNanoseconds / 60_000_000_000);

/** Every change of the clocks from the beginning of one year to the end of another, by the clock as it was before. */
function changesOf(zone: string, fromYear: number, untilYear: number): { first: number; changes: Change[] } {
  let moment = Temporal.PlainDateTime.from({ year: fromYear, month: 1, day: 1 }).toZonedDateTime(zone);
  const first = minutesOf(moment);
  const changes: Change[] = [];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (!next || next.year > untilYear) return { first, changes };
    const before = minutesOf(next.subtract({ nanoseconds: 1 }));
    const after = minutesOf(next);
    if (before !== after) changes.push({ at: next.toPlainDateTime().subtract({ minutes: after - before }), before, after });
    moment = next;
  }
}

const two = (number: number): string => String(number).padStart(2, '0');
const offsetText = (minutes: number): string => `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
const localText = (at: Temporal.PlainDateTime): string =>
  `${String(at.year).padStart(4, '0')}${two(at.month)}${two(at.day)}T${two(at.hour)}${two(at.minute)}${two(at.second)}`;

const observance = (name: 'STANDARD' | 'DAYLIGHT', { at, before, after }: Change, rule: string | null): string[] => [
  `BEGIN:${name}`,
  `DTSTART:${localText(at)}`,
  `TZOFFSETFROM:${offsetText(before)}`,
  `TZOFFSETTO:${offsetText(after)}`,
  ...(rule === null ? [] : [`RRULE:${rule}`]),
  `END:${name}`,
];

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** "The last Sunday of March": what changes of every year have in common; null where they have nothing. */
function yearlyRule(changes: readonly Change[], years: number): string | null {
  const first = changes[0]!;
  const time = first.at.toPlainTime();
  const alike = changes.every(
    ({ at, before, after }) =>
      before === first.before && after === first.after && at.month === first.at.month && at.dayOfWeek === first.at.dayOfWeek && at.toPlainTime().equals(time),
  );
  if (!alike || changes.length !== years || new Set(changes.map(({ at }) => at.year)).size !== years) return null;
  const nth = Math.ceil(first.at.day / 7);
  const isLast = changes.every(({ at }) => at.day > at.daysInMonth - 7);
  if (!isLast && !changes.every(({ at }) => Math.ceil(at.day / 7) === nth)) return null;
  return `FREQ=YEARLY;BYMONTH=${first.at.month};BYDAY=${isLast ? -1 : nth}${weekdays[first.at.dayOfWeek - 1]!}`;
}

/** The zone from the beginning of one year to the end of another, ready to stand in a calendar. */
export function timeZoneText(zone: string, fromYear: number, untilYear: number): string {
  const { first, changes } = changesOf(zone, fromYear, untilYear);
  const start: Change = { at: Temporal.PlainDateTime.from({ year: fromYear, month: 1, day: 1 }), before: first, after: first };
  const least = Math.min(first, ...changes.map(({ after }) => after));
  // Some zones call the later clock of winter their standard one; calendars take the one that is ahead for summer's.
  const nameOf = ({ after }: Change) => (after > least ? 'DAYLIGHT' : 'STANDARD');
  const years = untilYear - fromYear + 1;
  const forth = changes.filter(({ before, after }) => after > before);
  const back = changes.filter(({ before, after }) => after < before);
  const rules = forth.length > 0 && back.length > 0 ? ([yearlyRule(forth, years), yearlyRule(back, years)] as const) : ([null, null] as const);
  const observances =
    rules[0] !== null && rules[1] !== null
      ? [observance('STANDARD', back[0]!, rules[1]), observance('DAYLIGHT', forth[0]!, rules[0])]
      : [start, ...changes].map(change => observance(nameOf(change), change, null));
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances.flat(), 'END:VTIMEZONE', ''].join('\r\n');
}
