type TypedDay = { kind: string; toDay: string | null; startsAt: string | null; endsAt: string | null; place: string | null };
/** The parts of a day's form, as its page shows them again. */
export const typedDay = ({ kind, toDay, startsAt, endsAt, place }: TypedDay): Record<string, string> => ({
  kind,
  toDay: toDay ?? '',
  startsAt: startsAt ?? '',
  endsAt: endsAt ?? '',
  place: place ?? '',
});

/** What a change came to, as an address says it. */
export type Done = 'added' | 'again' | 'changed' | 'cancelled' | 'restored' | 'day' | 'same';
