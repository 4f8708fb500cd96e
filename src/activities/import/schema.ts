import { z } from 'zod';
import type { ActivityImportId, ChildId, FamilyId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { idField } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { mostRows } from './parsed.ts';

export const ImportParams = z.object({ importId: idParam<ActivityImportId>() });

const child = z.union([z.literal('').transform(() => null), z.string().refine(isUuid) as unknown as z.ZodType<ChildId>], 'Choose whose activities these are');
export const ImportForm = z.strictObject({ family: idField<FamilyId>(), child: child.optional().transform(id => id ?? null) });

const number = z.string().regex(/^[1-9]\d{0,4}$/);
export const CommitForm = z
  .strictObject({
    plan: z.string().regex(/^[\w-]{43}$/),
    row: z.union([number.transform(one => [one]), z.array(number).max(mostRows)]).optional(),
  })
  .transform(({ plan, row }) => ({ plan, rows: new Set((row ?? []).map(Number)) }));
