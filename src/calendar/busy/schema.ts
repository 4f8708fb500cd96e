import { z } from 'zod';
import type { BusyCalendarId } from '../../core/ids.ts';
import { idField, line } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';

export const BusyForm = z.strictObject({
  submission: idField<string>(),
  name: line('Give this calendar a name, such as “work”', 40).transform(name => name.trim()),
});

export const BusyParams = z.object({ busyId: idParam<BusyCalendarId>() });
