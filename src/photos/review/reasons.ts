/** Why a photo is asked for again: what the reviewer picks, and what the parent reads on their own page. */
export const retakeReasons = {
  dark_or_blurred: { choice: 'Too dark or blurred', told: 'The photo was too dark or blurred.' },
  face_hidden: { choice: 'Face partly hidden or turned', told: 'The face was partly hidden or turned away.' },
  several_faces: { choice: 'More than one face', told: 'More than one face was in the photo.' },
  face_small: { choice: 'Face too small', told: 'The face was too small in the photo.' },
  outdated: { choice: 'No longer a good likeness', told: 'The photo is no longer a good likeness.' },
  other: { choice: 'Another reason, in the line below', told: 'The school asks for another photo.' },
} as const;
export type RetakeReason = keyof typeof retakeReasons;

/** Why a photo is turned down and the link closed. Kept in the school's history; the parent is not told which. */
export const rejectReasons = {
  someone_else: { choice: 'It shows someone else' },
  no_person: { choice: 'It shows no person' },
  unsuitable: { choice: 'It is not suitable for a school' },
} as const;
export type RejectReason = keyof typeof rejectReasons;

/** What a new photo may be asked to put right; `outdated` is for one that has been in use. */
export const reasonsForNew = (Object.keys(retakeReasons) as RetakeReason[]).filter(reason => reason !== 'outdated');

/** The sentence that the parent reads for a reason. */
export const toldToParent = (code: string): string => (code in retakeReasons ? retakeReasons[code as RetakeReason] : retakeReasons.other).told;
