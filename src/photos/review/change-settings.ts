import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import type { Work } from '../../platform/database.ts';
import { enqueue } from '../../platform/queue.ts';
import { changePhotoSettings, findPhotoSettings, type PhotoSettings, type SchoolView } from '../../schools/index.ts';
import { forgetLikeness } from './likeness.ts';

/** How long the school keeps photos, and whether two of them are compared. Turned off, the numbers of all faces go at once. */
export async function changeSettings(work: Work<User>, school: SchoolView, settings: PhotoSettings): Promise<void> {
  const before = await findPhotoSettings(work.trx, school.schoolId);
  if (before.retentionDays === settings.retentionDays && before.likeness === settings.likeness) return;
  await changePhotoSettings(work.trx, school.schoolId, settings);
  if (before.likeness && !settings.likeness) await forgetLikeness(work, { schoolId: school.schoolId, parentId: null });
  await recordAudit(work, 'school.photo-settings-changed', { targetId: school.schoolId, schoolId: school.schoolId, details: { ...settings } });
  if (settings.likeness && !before.likeness) await enqueue(work.trx, 'photos.compare-faces', {}, { key: 'photos.compare-faces' });
}
