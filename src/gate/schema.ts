import { z } from 'zod';
import { isUuid, type ChildId, type ParentId } from '../core/ids.ts';
import { countCharacters } from '../core/text.ts';
import { plainText } from '../web/form.ts';
import { idParam } from '../web/route.ts';

export const ChildParams = z.object({ childId: idParam<ChildId>() });

const asked = z.string().max(200).optional();
/** What is looked for: words, a class. */
export const GateQuery = z.object({ q: asked, c: asked });
/** Where the page comes back to after a child was marked. */
export const MarkForm = z.strictObject({ q: asked, c: asked });

/** "2026-03-13", a day that exists. */
export const isoDay = (missing: string) =>
  plainText(missing).refine(text => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
    const [year, month, day] = text.split('-').map(Number) as [number, number, number];
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  }, missing);

/** A field that may be there once, several times or not at all: boxes that are ticked. */
export const several = <Id extends string>() =>
  z
    .union([z.string(), z.array(z.string()).max(100)])
    .optional()
    .transform(given => (given === undefined ? [] : Array.isArray(given) ? given : [given]))
    .refine(ids => ids.every(isUuid), 'This page was out of date. Load it again and retry.') as unknown as z.ZodType<Id[]>;

export const note = plainText('')
  .refine(text => countCharacters(text) <= 300, 'Keep this to 300 characters or fewer')
  .optional()
  .transform(text => text?.trim() || null);

export const DayQuery = z.object({ day: isoDay('Choose a day').optional() });
export const ChangeForm = z.strictObject({ day: isoDay('Choose a day'), shown: several<ParentId>(), may: several<ParentId>(), note });

export const CodeForm = z.strictObject({
  code: plainText('Type or scan the code')
    .refine(text => text.trim() !== '', 'Type or scan the code')
    .refine(text => text.length <= 100, 'A code has eight characters'),
});
