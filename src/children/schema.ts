import { z } from 'zod';
import type { ChildId, FactId } from '../core/ids.ts';
import { idField, line, plainText, words } from '../web/form.ts';
import { idParam, positionParam } from '../web/route.ts';
import { factKinds, isOf, mayEnd, otherKind, sections } from './fact-kinds.ts';

export const mostCharacters = 2000;
export const mostLabelCharacters = 60;

export const ChildParams = z.object({ childId: idParam<ChildId>() });
export const FactParams = z.object({ factId: idParam<FactId>() });
export const ChildQuery = z.object({ changes: z.literal('all').optional() });
export const AddQuery = z.object({ section: z.enum(sections).optional() });
export const FactQuery = z.object({ before: positionParam.optional() });

const empty = z.literal('').transform(() => null);
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .union([empty, schema])
    .optional()
    .transform(value => value ?? null);

const label = orNothing(line('Give it a name', mostLabelCharacters)).transform(name => name?.trim() ?? null);
const firstDay = '2000-01-01';
const lastDay = '2100-12-31';
const until = orNothing(
  z.iso
    .date('Give the last day as a date, for example 2026-03-15')
    .refine(day => day >= firstDay && day <= lastDay, 'Give the last day as a date, for example 2026-03-15'),
);
const confirm = plainText('')
  .max(40)
  .optional()
  .transform(value => value ?? null);

const text = words('Write what both of you should know', mostCharacters);
const submission = idField<string & {}>();
const version = z
  .string({ error: 'This page was out of date. Load it again and retry.' })
  .regex(/^[1-9]\d{0,8}$/, 'This page was out of date. Load it again and retry.')
  .transform(Number);

export const AddForm = z
  .strictObject({
    section: z.enum(sections, 'This page was out of date. Load it again and retry.'),
    kind: z.enum([...factKinds.map(({ kind }) => kind), otherKind], 'Choose what it is'),
    label,
    text,
    until,
    submission,
    confirm,
  })
  .superRefine((fact, context) => {
    const say = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (!isOf(fact.section, fact.kind)) say('kind', 'Choose what it is');
    else if (fact.kind === otherKind && fact.label === null) say('label', 'Give it a name');
    else if (fact.kind !== otherKind && fact.label !== null) say('label', 'A name of your own goes with “Something else”. Choose that, or take the name out');
    if (fact.until !== null && !mayEnd(fact.kind)) say('until', 'Only a medicine or an insurance has a last day. Take the day out, or write it in the text');
  });

/** Which of `label` and `until` belong to it is known from the fact itself. */
export const ChangeForm = z.strictObject({ label, text, until, version, submission, confirm });

export const RemoveForm = z.strictObject({ version, submission });
