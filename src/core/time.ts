/**
 * Instants as people read them, always in the family's zone. The one place that formats dates: a formatter is kept per zone
 * and asked once per instant, because making one, or asking Temporal to format, costs fifty times as much.
 */
export type LocalTime = {
  /** Monday is 1, Sunday 7. */
  weekday: number;
  day: number;
  month: number;
  year: number;
  /** "17:41" */
  clock: string;
  /** "2026-03-09", for comparing days and for `datetime` attributes. */
  isoDay: string;
};

type Zone = { formatter: Intl.DateTimeFormat; minutes: Map<number, LocalTime> };

const zones = new Map<string, Zone>();
const mostMinutes = 50_000;

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    const formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    zone = { formatter, minutes: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const inShort = (name: string): string => name.slice(0, 3);
const weekdayShort = weekdayNames.map(inShort);
const monthShort = monthNames.map(inShort);

/** The day and clock of an instant in a zone. Each minute is worked out once: the same entries are shown again and again. */
export function localTime(instant: Date, zone: string): LocalTime {
  const { formatter, minutes } = zoneOf(zone);
  const minute = Math.floor(instant.getTime() / 60_000);
  let known = minutes.get(minute);
  if (!known) {
    if (minutes.size >= mostMinutes) minutes.clear();
    known = read(formatter.format(instant));
    minutes.set(minute, known);
  }
  return known;
}

/** Reads "09/03/2026, 17:41". */
function read(text: string): LocalTime {
  const day = Number(text.slice(0, 2));
  const month = Number(text.slice(3, 5));
  const year = Number(text.slice(6, 10));
  const isoDay = `${text.slice(6, 10)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
  const sunday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { weekday: sunday === 0 ? 7 : sunday, day, month, year, clock: text.slice(12, 17), isoDay };
}

const weekday = (t: LocalTime): string => weekdayNames[t.weekday - 1]!;
const weekdayOf3 = (t: LocalTime): string => weekdayShort[t.weekday - 1]!;
const month = (t: LocalTime): string => monthNames[t.month - 1]!;
const monthOf3 = (t: LocalTime): string => monthShort[t.month - 1]!;

/** "Monday 9 March 2026" */
export const longDay = (t: LocalTime): string => `${weekday(t)} ${t.day} ${month(t)} ${t.year}`;
/** "Mon 9 March" */
export const shortDay = (t: LocalTime): string => `${weekdayOf3(t)} ${t.day} ${month(t)}`;
/** "Mon 9 March 2026" */
export const shortDayWithYear = (t: LocalTime): string => `${shortDay(t)} ${t.year}`;
/** "9 March 2026" */
export const dayOfYear = (t: LocalTime): string => `${t.day} ${month(t)} ${t.year}`;
/** "Mon 9 Mar, 18:20", or "Today, 18:20" */
export const dayAndClock = (t: LocalTime, today: LocalTime): string =>
  `${t.isoDay === today.isoDay ? 'Today' : `${weekdayOf3(t)} ${t.day} ${monthOf3(t)}${t.year === today.year ? '' : ` ${t.year}`}`}, ${t.clock}`;

/** As short as a list allows: "11:52" today, "Sun 8 Mar" within the year, "8 Mar 2025" before it. */
export function shortest(t: LocalTime, today: LocalTime): string {
  if (t.isoDay === today.isoDay) return t.clock;
  return t.year === today.year ? `${weekdayOf3(t)} ${t.day} ${monthOf3(t)}` : `${t.day} ${monthOf3(t)} ${t.year}`;
}

/** "8 Mar" within the year, "8 Mar 2025" before or after it. */
export const dayInShort = (t: LocalTime, today: LocalTime): string => `${t.day} ${monthOf3(t)}${t.year === today.year ? '' : ` ${t.year}`}`;

/** The first instant of a day ("2026-03-09") in a zone. */
export const startOfDay = (isoDay: string, zone: string): Date => new Date(Temporal.PlainDate.from(isoDay).toZonedDateTime(zone).epochMilliseconds);

/** The first instant of the day after. */
export const startOfNextDay = (isoDay: string, zone: string): Date =>
  new Date(Temporal.PlainDate.from(isoDay).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds);

/** A day that is written as one ("2026-03-09") and is in no zone, for the formats above. Its clock means nothing. */
export const calendarDay = (isoDay: string): LocalTime => localTime(new Date(`${isoDay}T12:00:00Z`), 'UTC');

/** 1 as "Monday". */
export const weekdayNamed = (number: number): string => weekdayNames[number - 1]!;

/** "March 2026" */
export const monthAndYear = (t: LocalTime): string => `${month(t)} ${t.year}`;
/** "Thursday 12" */
export const weekdayAndDay = (t: LocalTime): string => `${weekday(t)} ${t.day}`;
/** "12 March" */
export const dayAndMonth = (t: LocalTime): string => `${t.day} ${month(t)}`;
/** "Thursday 12 March" */
export const weekdayAndDate = (t: LocalTime): string => `${weekday(t)} ${t.day} ${month(t)}`;
