import { z } from 'zod';
import type { SchoolPeriodId } from '../../core/ids.ts';
import { line, plainText } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { periodKinds } from './store.ts';

export const PeriodParams = z.object({ periodId: idParam<SchoolPeriodId>() });
export const CalendarQuery = z.object({ done: z.enum(['added', 'changed', 'removed']).optional() });

const day = (which: string) =>
  z.iso.date(`Write the ${which} day as a day that exists`).refine(text => text >= '2000-01-01' && text <= '2099-12-31', 'Choose a day of this century');
const mostDays = 370;

const fields = {
  kind: z.enum(periodKinds, 'Say whether it is a term, a holiday or a day closed'),
  name: line('Give it a name', 80).transform(text => text.replace(/\s+/g, ' ').trim()),
  from: day('first'),
  until: day('last'),
};
const inOrder = ({ from, until }: { from: string; until: string }, context: z.core.$RefinementCtx): void => {
  const say = (message: string) => context.addIssue({ code: 'custom', path: ['until'], message });
  if (until < from) say('The last day is before the first');
  else if ((Date.parse(until) - Date.parse(from)) / 86_400_000 >= mostDays) say('This is longer than a year');
};
export const PeriodForm = z.strictObject(fields).superRefine(inOrder);
/** `was` is the period as the page had it, so that an old page does not overwrite a newer change. */
const was = plainText('').refine(text => text.length <= 200);
export const ChangePeriodForm = z.strictObject({ ...fields, was }).superRefine(inOrder);
export const RemovePeriodForm = z.strictObject({ was });
