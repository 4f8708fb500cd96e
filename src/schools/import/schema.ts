import { z } from 'zod';
import type { ImportId } from '../../core/ids.ts';
import { plainText } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';

export const ImportParams = z.object({ importId: idParam<ImportId>() });
export const ImportQuery = z.object({
  show: z.enum(['all', 'created', 'matched', 'wrong']).default('all'),
  p: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .default(1),
});

export const ImportForm = z.strictObject({});
export const CommitForm = z.strictObject({ plan: plainText('').refine(text => /^[\w-]{43}$/.test(text)) });
