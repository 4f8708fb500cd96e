import { z } from 'zod';
import type { PhotoImportId } from '../../core/ids.ts';
import { tickbox } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';

export const ImportParams = z.object({ importId: idParam<PhotoImportId>() });
export const FilesForm = z.strictObject({});
export const StartForm = z.strictObject({ despite: tickbox });
