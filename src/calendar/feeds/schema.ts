import { z } from 'zod';
import type { FamilyId, FeedId } from '../../core/ids.ts';
import { idField, line } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';

export const longestName = 40;

export const FeedForm = z.strictObject({
  submission: idField<string>(),
  family: idField<FamilyId>(),
  name: line('Give it a name, such as “phone”', longestName).transform(name => name.trim()),
  detail: z.enum(['minimal', 'full'], { error: 'Choose how much this calendar shows' }),
});

export const FeedParams = z.object({ feedId: idParam<FeedId>() });
/** Of any shape: what cannot be an address is answered, and counted, as one that is unknown. */
export const FeedFileParams = z.object({ token: z.string() });
